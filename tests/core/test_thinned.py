"""Dropout: a thinned network is a network, for every rule, and only while a mini-batch trains."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from builders import (
    allowed_error,
    bind,
    class_data,
    each,
    exact_backprops,
    exact_to_rounding,
    make_network,
    quick,
)
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Array,
    Backprop,
    Batch,
    GradientFunction,
    Network,
    Objective,
    Parameters,
    Thinning,
    Trainer,
    make_batch,
)
from bpframe.core.learning_rate import find_learning_rate
from bpframe.core.streams import stream
from bpframe.core.thinned import ThinnedActivation
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FeedbackAlignment, FullMatrix
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD

SIZES = (3, 4, 3, 2)
DATA = class_data(30, validation=9)
NETWORKS: dict[str, dict[str, Any]] = {
    "sigmoid": {"activation": Sigmoid()},
    "relu and tanh": {"activation": Tanh(), "neurons": {(2, 1): ReLU(), (2, 4): ReLU()}},
    "softmax hidden": {"activation": Softmax(), "output_activation": Sigmoid()},
    "softmax everywhere": {"activation": Softmax()},
}


def network_of(
    activation: Any, dropout: Any = 0.5, sizes: tuple[int, ...] = SIZES, **more: Any
) -> Network:
    return Network(
        sizes, activation, ScaledNormal(), dropout=dropout, seed=1, dtype=np.float64, **more
    )


def outputs_by_hand(network: Network, masks: list[Array], x: Array) -> Array:
    """Return the outputs of the network whose hidden activations are multiplied by masks."""
    a = x
    hidden = [*masks, np.ones(1)]
    layers = zip(network.parameters.weights, network.parameters.biases, strict=True)
    for (w, b), f, m in zip(layers, network.activations, hidden, strict=True):
        a = f(a @ w.T + b) * m
    return a


def gradient_by_hand(network: Network, masks: list[Array], batch: Batch) -> Array:
    """Return the central differences (46) of the quadratic cost."""
    vector, epsilon = network.parameters.vector, 1e-5
    derivatives = np.empty_like(vector)

    def cost() -> float:
        a = outputs_by_hand(network, masks, batch.x)
        return float(Quadratic().value(a, batch.y).mean())

    for j, w in enumerate(vector.copy()):
        costs = []
        for sign in (1, -1):
            vector[j] = w + sign * epsilon
            costs.append(cost())
        vector[j] = w
        derivatives[j] = (costs[0] - costs[1]) / (2 * epsilon)
    return derivatives


@pytest.mark.parametrize("parts", each(NETWORKS))
@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_every_exact_rule_gives_the_gradient_of_each_thinned_network(
    rule: Backprop, parts: dict[str, Any]
) -> None:
    network = network_of(**parts)
    thinning = Thinning(network, stream(0, "dropout"))
    gradient = bind(rule, Objective(thinning.network, Quadratic()))
    batch = make_batch(DATA.train.x[:3], DATA.targets(DATA.train, np.float64)[:3], np.float64)
    out = Parameters(SIZES, np.float64)
    seen = set()
    for _ in range(3):
        thinning.draw()
        seen.add(thinning.masks.tobytes())
        gradient(batch, out)
        expected = gradient_by_hand(network, np.split(thinning.masks, [4]), batch)
        error = abs(out.vector - expected).max()
        assert error <= allowed_error(rule, 1e-8) * max(1, abs(expected).max())
    assert len(seen) > 1


@pytest.mark.parametrize("parts", each(NETWORKS))
def test_a_neuron_that_is_left_out_has_no_gradient_and_no_effect(parts: dict[str, Any]) -> None:
    network = network_of(**parts, dropout=[0.5, 0.0])
    thinning = Thinning(network, stream(0, "dropout"))
    assert (thinning.layers, thinning.masks.shape) == ((0,), (4,))
    thinning.masks[:] = [0, 2, 0, 2]
    before = thinning.network.forward(DATA.train.x)
    gradient = bind(FullMatrix(), Objective(thinning.network, Quadratic()))
    out = Parameters(SIZES, np.float64)
    gradient(make_batch(DATA.train.x, DATA.targets(DATA.train, np.float64), np.float64), out)
    assert not out.weights[1][:, [0, 2]].any()
    assert out.weights[1][:, [1, 3]].all()
    network.parameters.weights[1][:, [0, 2]] = 1e6
    np.testing.assert_array_equal(thinning.network.forward(DATA.train.x), before)


@pytest.mark.parametrize("f", [Sigmoid(), Softmax()])
def test_a_thinned_activation_is_elementwise_where_its_own_is(f: Any) -> None:
    thinned = ThinnedActivation(f, np.array([2.0, 0, 2]))
    assert thinned.elementwise == f.elementwise
    z = np.array([0.3, -1, 2])
    np.testing.assert_allclose(
        thinned.jacobian(z), np.diag([2.0, 0, 2]) @ f.jacobian(z), rtol=1e-14, atol=1e-16
    )
    # From its own outputs, of which f(z) cannot be had back.
    derivative = thinned.derivative(z, thinned(z))
    np.testing.assert_allclose(derivative, thinned.mask * f.derivative(z, f(z)), rtol=1e-14)
    g = np.array([1.0, 2, 3])
    np.testing.assert_allclose(
        thinned.pullback(g, z, thinned(z)), g @ thinned.jacobian(z), rtol=1e-12, atol=1e-15
    )
    assert thinned.range.low == 0
    assert thinned.range.high == 2
    assert "thinned" in repr(thinned)
    assert thinned.kinks == f.kinks


@pytest.mark.parametrize("dropout", [[0.25, 0.5], 0.3])
def test_the_mean_over_all_masks_of_a_linear_network_is_the_plain_one(dropout: Any) -> None:
    network = network_of(Linear(), dropout)
    thinning = Thinning(network, stream(0, "dropout"))
    rates = np.repeat(network.dropout, SIZES[1:-1])
    mean = np.zeros((30, 2))
    for kept in itertools.product((False, True), repeat=7):
        thinning.masks[:] = np.where(kept, 1 / (1 - rates), 0)
        probability = np.where(kept, 1 - rates, rates).prod()
        mean += probability * thinning.network.forward(DATA.train.x)
    np.testing.assert_allclose(mean, network.forward(DATA.train.x), rtol=1e-12, atol=1e-13)


def test_each_neuron_is_left_out_as_often_as_its_layer_says() -> None:
    network = network_of(Sigmoid(), [0.25, 0.5])
    masks = Thinning(network, stream(0, "dropout")).draw_many(40_000)
    left_out = (masks == 0).mean(axis=0)
    rates = np.repeat([0.25, 0.5], [4, 3])
    # Six standard deviations.
    assert (abs(left_out - rates) < 6 * np.sqrt(rates * (1 - rates) / len(masks))).all()
    assert (masks[:, :4].max(), masks[:, 4:].max()) == (1 / (1 - 0.25), 2)
    pairs = np.corrcoef(masks.T) - np.eye(7)
    assert abs(pairs).max() < 6 / math.sqrt(len(masks))


@quick
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    n=st.integers(0, 5),
    before=st.integers(0, 2),
    data=st.data(),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_many_masks_are_those_that_are_drawn_one_by_one(
    sizes: list[int], n: int, before: int, data: st.DataObject, dtype: Any
) -> None:
    rates = data.draw(st.lists(st.floats(0, 0.99), min_size=len(sizes), max_size=len(sizes)))
    network = Network([2, *sizes, 1], Sigmoid(), ScaledNormal(), dropout=rates, dtype=dtype)
    one, many = (Thinning(network, stream(3, "dropout")) for _ in range(2))
    for thinning in (one, many):
        for _ in range(before):
            thinning.draw()
    drawn = many.draw_many(n)
    assert drawn.shape == (n, sum(s for s, p in zip(sizes, rates, strict=True) if p))
    assert drawn.dtype == one.masks.dtype == dtype
    for row in drawn:
        one.draw()
        assert row.tobytes() == one.masks.tobytes()
    one.draw()
    many.draw()
    assert one.masks.tobytes() == many.masks.tobytes()


class Noting(FullMatrix):
    """The matrix form, which notes the masks of each mini-batch."""

    masks: list[bytes]

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        masks: list[bytes] = []
        object.__setattr__(self, "masks", masks)
        rng.random(7)
        inner = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            (f,) = (f for f in objective.network.activations if isinstance(f, ThinnedActivation))
            masks.append(f.mask.tobytes())
            inner(batch, out)

        return gradient


def trained(rule: Backprop, dropout: Any = 0.5, sizes: Any = SIZES, **more: Any) -> Trainer:
    network = network_of(Sigmoid(), dropout, sizes)
    trainer = Trainer(network, Quadratic(), rule, SGD(0.5), **{"epochs": 2, "seed": 5} | more)
    trainer.fit(DATA)
    return trainer


def test_each_mini_batch_has_masks_of_its_own_from_the_stream_of_the_seed() -> None:
    rule = Noting()
    trainer = trained(rule, sizes=(3, 4, 2))
    own = Thinning(trainer.network, stream(5, "dropout"))
    assert rule.masks == [row.tobytes() for row in own.draw_many(2 * 3)]
    assert len(set(rule.masks)) > 1


@pytest.mark.parametrize("rule", each(exact_to_rounding()))
def test_all_rules_of_one_seed_see_the_same_masks(rule: Backprop) -> None:
    thinning = Thinning(network_of(Sigmoid()), stream(0, "dropout"))
    bind(rule, Objective(thinning.network, Quadratic()))
    expected = trained(FullMatrix()).network.parameters.vector
    vector = trained(rule).network.parameters.vector
    np.testing.assert_allclose(vector, expected, rtol=1e-9, atol=1e-12)


def test_a_rule_that_draws_shifts_no_mask_and_no_order() -> None:
    plain, drawing = trained(FullMatrix()), trained(Noting(), dropout=[0.5, 0.0])
    assert plain.network.parameters.vector.tobytes() != drawing.network.parameters.vector.tobytes()
    again = trained(Noting(), dropout=[0.5, 0.0])
    plain = trained(FullMatrix(), dropout=[0.5, 0.0])
    assert plain.network.parameters.vector.tobytes() == again.network.parameters.vector.tobytes()


def test_feedback_rules_take_thinned_networks() -> None:
    one, two = (trained(FeedbackAlignment()).network.parameters.vector for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_dropout_of_0_changes_no_bit() -> None:
    plain, none = trained(FullMatrix(), 0.0), trained(FullMatrix(), [0.0, 0.0])
    assert plain.network.parameters.vector.tobytes() == none.network.parameters.vector.tobytes()
    thinned = trained(FullMatrix(), [0.0, 0.1])
    assert plain.network.parameters.vector.tobytes() != thinned.network.parameters.vector.tobytes()


def test_nothing_is_left_out_where_the_network_is_evaluated() -> None:
    trainer = trained(FullMatrix())
    plain = make_network(SIZES, Sigmoid())
    plain.parameters.vector[:] = trainer.network.parameters.vector
    other = Trainer(plain, Quadratic(), FullMatrix(), SGD(0.5), seed=5)
    assert trainer.metrics(DATA) == other.metrics(DATA)
    assert trainer.position is not None
    x = DATA.train.x
    np.testing.assert_array_equal(trainer.network.forward(x), plain.forward(x))
    (*_, epoch) = trainer.fit(DATA)
    assert epoch.split_metrics == trainer.metrics(DATA)


def test_the_thinned_network_trains_the_parameters_of_the_other() -> None:
    network = network_of(Sigmoid())
    thinned = Thinning(network, stream(0, "dropout")).network
    assert thinned.parameters is network.parameters
    assert thinned.activations[-1] is network.activations[-1]


@pytest.mark.parametrize(
    "dropout",
    [1, 1.0, -0.1, math.nan, math.inf, True, "0.5", None, 0.5 + 0j, [0.5, 1], [0.5, -1e-9]],
)
def test_what_is_no_probability_below_1_is_refused(dropout: Any) -> None:
    with pytest.raises(ValueError, match=r"dropout is .*; each must be a number from 0 to below 1"):
        network_of(Sigmoid(), dropout)


@pytest.mark.parametrize(
    ("sizes", "dropout"), [(SIZES, []), (SIZES, [0.5]), (SIZES, [0.1] * 3), ((3, 2), 0.5)]
)
def test_there_is_one_for_all_hidden_layers_or_one_for_each(sizes: Any, dropout: Any) -> None:
    with pytest.raises(ValueError, match="hidden layers is"):
        network_of(Sigmoid(), dropout, sizes)


@pytest.mark.parametrize(
    ("sizes", "dropout", "rates"),
    [
        (SIZES, 0.5, (0.5, 0.5)),
        (SIZES, 0, (0.0, 0.0)),
        (SIZES, (0, 0.5), (0.0, 0.5)),
        (SIZES, np.float32(0.5), (0.5, 0.5)),
        (SIZES, np.array([0.25, 0.5], np.float32), (0.25, 0.5)),
        ((3, 2), 0.0, ()),
        ((3, 2), [], ()),
    ],
)
def test_each_hidden_layer_has_a_dropout(sizes: Any, dropout: Any, rates: Any) -> None:
    network = network_of(Sigmoid(), dropout, sizes)
    assert network.dropout == network.copy(np.float32).dropout == rates
    assert all(type(rate) is float for rate in network.dropout)


def test_a_learning_rate_is_measured_with_the_dropout_and_the_network_left_as_it_was() -> None:
    rule = Noting()
    network = network_of(Sigmoid(), 0.5, (3, 4, 2))
    before = network.parameters.vector.tobytes()
    trainer = Trainer(network, Quadratic(), rule, SGD("auto"), epochs=1, seed=5)
    rate = find_learning_rate(trainer, DATA)
    assert network.parameters.vector.tobytes() == before
    assert rate == find_learning_rate(trainer, DATA)
    # The rule that was bound last is that of the last rate: its masks begin the stream, too.
    own = Thinning(network, stream(5, "dropout"))
    assert rule.masks == [row.tobytes() for row in own.draw_many(len(rule.masks))]
    assert len(rule.masks) >= 100
