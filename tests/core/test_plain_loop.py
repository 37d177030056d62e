"""Training against the book's algorithm in plain Python."""

from __future__ import annotations

import pytest
from builders import allowed_error, class_data, each, exact_backprops, make_network
from plain_loop import PlainNetwork

from bpframe import Backprop, Cost, Trainer
from bpframe.core.streams import stream
from bpframe_activations import Sigmoid
from bpframe_costs import CrossEntropy, Quadratic, output_error
from bpframe_optimizers import SGD

SEED, RATE, BATCH, EPOCHS, SAMPLES = 7, 0.7, 5, 2, 23


@pytest.mark.parametrize("rule", each(exact_backprops()))
@pytest.mark.parametrize("cost", [Quadratic(), CrossEntropy()], ids=repr)
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (3, 5, 4, 2)], ids=str)
def test_ten_steps_equal_the_plain_loop(sizes: tuple[int, ...], cost: Cost, rule: Backprop) -> None:
    data = class_data(SAMPLES)
    network = make_network(sizes, Sigmoid(), seed=SEED)
    parameters = network.parameters
    plain = PlainNetwork(
        [w.tolist() for w in parameters.weights],
        [b.tolist() for b in parameters.biases],
        cross_entropy=isinstance(cost, CrossEntropy),
    )
    trainer = Trainer(
        network,
        cost,
        rule,
        SGD(RATE),
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=SEED,
        output_error=output_error(cost, Sigmoid()),
    )
    trainer.fit(data)

    one_hot = [[1.0, 0.0], [0.0, 1.0]]
    samples = [
        (x, one_hot[label])
        for x, label in zip(data.train.x.tolist(), data.train.y.tolist(), strict=True)
    ]
    rng = stream(SEED, "shuffle")
    steps = 0
    for _ in range(EPOCHS):
        order = rng.permutation(SAMPLES).tolist()
        for start in range(0, SAMPLES, BATCH):
            plain.step([samples[i] for i in order[start : start + BATCH]], RATE)
            steps += 1
    assert steps == 10
    within = allowed_error(rule)
    for layer, (w, b) in enumerate(zip(plain.weights, plain.biases, strict=True)):
        assert parameters.weights[layer].ravel().tolist() == pytest.approx(
            [w_jk for row in w for w_jk in row], rel=within, abs=within
        )
        assert parameters.biases[layer].tolist() == pytest.approx(b, rel=within, abs=within)
