"""What tells that a training cannot work, or did not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import class_data, make_network, value_data

from bpframe import Activation, Data, Epoch, Run, Split, Trainer
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD
from bpframe_tasks import warnings_of_data, warnings_of_training

CLASSES, VALUES = class_data(60), value_data(60)


def make_run(data: Data, f: Activation, *outputs: Activation, epochs: int = 1) -> Run:
    """Return a run of a network with two hidden layers, and say that it was trained."""
    network = make_network((data.n_inputs, 12, 12, data.n_outputs), f, *outputs)
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(0.05), epochs=20)
    return Run(trainer, data, epochs=[Epoch(epochs, {}, 0.0)])


def seen(run: Run) -> list[str]:
    return [*warnings_of_data(run), *warnings_of_training(run)]


def trained(data: Data, f: Activation, *outputs: Activation) -> Run:
    run = make_run(data, f, *outputs)
    run.trainer.fit(data)
    return run


@pytest.mark.parametrize("data", [CLASSES, VALUES], ids=["classes", "values"])
@pytest.mark.parametrize(
    ("f", "outputs"), [(Tanh(), (Linear(),)), (ReLU(), (Linear(),))], ids=["tanh", "relu"]
)
def test_nothing_is_said_of_what_learns(
    data: Data, f: Activation, outputs: tuple[Activation, ...]
) -> None:
    assert seen(trained(data, f, *outputs)) == []


def scaled(data: Data, factor: float) -> Data:
    return replace(data, train=Split(data.train.x * factor, data.train.y))


@pytest.mark.parametrize("sign", [1, -1])
def test_inputs_that_are_not_scaled(sign: int) -> None:
    largest = np.abs(CLASSES.train.x).max()
    data = scaled(CLASSES, sign * 255 / largest)
    (line,) = warnings_of_data(make_run(data, Tanh()))
    assert "inputs reach 255" in line
    assert "data.scale=standard" in line
    assert not [*warnings_of_data(make_run(scaled(CLASSES, 49 / largest), Tanh()))]


@pytest.mark.parametrize(
    ("y", "outputs", "words"),
    [
        ([0.5, 1.5], Sigmoid(), ("from 0.5 to 1.5", "[0, 1]", "output_activation=linear")),
        ([-0.5, 1], Sigmoid(), ("from -0.5 to 1", "[0, 1]")),
        ([-0.5, 1], ReLU(), ("from -0.5 to 1", "[0, ∞]")),
        ([-0.5, 1], Tanh(), ()),
        ([-5, 5], Linear(), ()),
        ([0, 1], Sigmoid(), ()),
    ],
)
def test_targets_that_the_outputs_cannot_reach(
    y: list[float], outputs: Activation, words: tuple[str, ...]
) -> None:
    split = Split(np.zeros((2, 1)), np.array(y, float)[:, np.newaxis])
    data = replace(VALUES, train=split, validation=split, test=split)
    lines = [*warnings_of_data(make_run(data, Sigmoid(), outputs))]
    assert len(lines) == bool(words)
    assert not [word for word in words if word not in lines[0]], lines


def test_classes_are_no_values() -> None:
    assert not [*warnings_of_data(make_run(CLASSES, Tanh()))]


@pytest.mark.parametrize("data", [CLASSES, VALUES], ids=["classes", "values"])
@pytest.mark.parametrize("size", [0.0, 1e-5])
def test_outputs_that_do_not_change(data: Data, size: float) -> None:
    run = make_run(data, Sigmoid(), Linear())
    run.network.parameters.weights[-1][:] *= size
    (line,) = seen(run)
    assert "the outputs do not change with the input" in line
    assert "initializer=deep_normal" in line


def test_single_outputs_that_are_the_same_for_every_sample() -> None:
    run = trained(CLASSES, Tanh(), Linear())
    run.network.parameters.blocks[-1][1] = 0
    line, *_ = warnings_of_training(run)
    assert "1 of 2 outputs are the same for every sample" in line


def test_an_output_whose_target_is_constant_may_be_constant() -> None:
    targets = np.hstack([VALUES.train.y[:, :1], np.ones((60, 1))])
    data = replace(VALUES, train=Split(VALUES.train.x, targets))
    data = replace(data, validation=data.train, test=data.train)
    run = trained(data, Tanh(), Linear())
    run.network.parameters.blocks[-1][1] = 0
    assert seen(run) == []


@pytest.mark.parametrize(("dead", "lines"), [(2, 0), (9, 1), (12, 1)])
def test_dead_units_of_a_layer(dead: int, lines: int) -> None:
    run = trained(VALUES, ReLU(), Linear())
    assert seen(run) == []
    run.network.parameters.biases[1][:dead] = -1e6
    found = [line for line in warnings_of_training(run) if "dead" in line]
    assert len(found) == lines
    if lines:
        assert "of 12 neurons of layer 3 are dead" in found[0]
        assert "activation=leaky_relu" in found[0]


def test_a_hidden_softmax_has_no_dead_units() -> None:
    run = make_run(VALUES, Softmax(), Linear())
    run.network.parameters.biases[1][0] = 1e6
    assert not [line for line in warnings_of_training(run) if "dead" in line]


def test_guessing_is_told_and_one_class_alone_is_none() -> None:
    run = trained(CLASSES, Tanh(), Linear())
    # It answers the opposite of what it has learned.
    run.network.parameters.blocks[-1][:] *= -1
    (line,) = seen(run)
    assert "no better than to name the largest class always" in line
    assert "trainer.epochs" in line
    only = Split(CLASSES.train.x, np.zeros(60, int))
    (line,) = seen(trained(replace(CLASSES, train=only), Tanh(), Linear()))
    assert "all training samples have the same target" in line


def test_nothing_is_told_of_what_was_not_trained_or_has_diverged_or_of_few_samples() -> None:
    untrained = make_run(CLASSES, Tanh(), epochs=0)
    diverged, few = make_run(CLASSES, Tanh()), make_run(class_data(9), Tanh())
    for run in (untrained, diverged, few):
        run.network.parameters.weights[-1][:] = 0
    diverged.network.parameters.vector[0] = np.inf
    assert [*map(seen, (untrained, diverged, few))] == [[], [], []]


def test_a_cost_that_stays_is_told_unless_all_is_right() -> None:
    run = trained(CLASSES, Tanh(), Linear())
    run.epochs[:] = [Epoch(n, {"train/cost": 0.3, "train/accuracy": 0.8}, 0.1) for n in (1, 2, 3)]
    (line,) = [line for line in warnings_of_training(run) if "stays at 0.3 over all 3" in line]
    assert "optimizer.learning_rate" in line
    for changed in ({"train/cost": 0.2}, {"train/cost": 0.3, "train/accuracy": 1.0}):
        run.epochs[-1] = Epoch(3, changed, 0.1)
        assert not [line for line in warnings_of_training(run) if "stays" in line]
