"""Derivatives by their definition: what they are, where there are none, and how they judge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given, settings
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    Comparison,
    Cost,
    Derivatives,
    Differences,
    MixedActivation,
    Objective,
    Parameters,
    Verdict,
    compare,
    make_batch,
    places_of,
    verdict_of,
)
from bpframe.testing.samples import targets_for
from bpframe_activations import LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic

EPS = float(np.finfo(float).eps)

# The definition.


def test_differences_are_the_derivatives_of_each_sample() -> None:
    # One weight and one bias, f(z) = z: C_x = ½(w x + b - y)², whose central differences are exact.
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [2, 0.5]
    x, y = np.array([[3.0], [-1.0]]), np.array([[1.0], [4.0]])
    definition = Differences(Objective(network, Quadratic()), make_batch(x, y))
    errors = np.array([5.5, -5.5])
    assert definition.costs.tolist() == (errors**2 / 2).tolist()
    derivatives = definition(np.array([0, 1]), 0.25)
    np.testing.assert_allclose(derivatives, [errors * x[:, 0], errors], rtol=1e-12)
    assert definition.passes == 1 + 2 * 2


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e12])
def test_the_parameters_are_left_as_they_were_bit_for_bit(size: float) -> None:
    network = make_network((3, 4, 2), Sigmoid())
    vector = network.parameters.vector
    vector *= size
    before = vector.tobytes()
    batch = make_batch(np.ones((2, 3)), np.ones((2, 2)))
    definition = Differences(Objective(network, Quadratic()), batch)
    definition(np.arange(len(vector)))
    assert vector.tobytes() == before


def test_rounding_is_that_of_the_sums_where_large_numbers_cancel() -> None:
    # C_x = ½ (w x + b - y)², where w x + b is 1e8 - 1e8: its last digit is 1.5e-8.
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [1e8, -1e8]
    batch = make_batch(np.ones((1, 1)), np.full((1, 1), 3.0))
    definition = Differences(Objective(network, Quadratic()), batch)
    assert 3 * 1e8 * EPS < definition.rounding[0] < 3 * 1e8 * EPS * 20


def test_a_step_moves_z_alike_whatever_the_size_of_an_input() -> None:
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [1, 0]
    moved = []

    class Noting(Quadratic):
        def value(self, a: Array, y: Array) -> Array:
            moved.append(float(a[0, 0]))
            return super().value(a, y)

    for x in (1.0, 1e-3, 8.0):
        network.parameters.vector[:] = [1 / x if x > 1 else 1, 0]
        definition = Differences(
            Objective(network, Noting()), make_batch([[x]] * np.eye(1), np.eye(1))
        )
        del moved[:]
        definition(np.array([0]), 2.0**-10)
        assert moved[0] - moved[1] == pytest.approx(2 * 2.0**-10 * min(x, 1))


# Kinks.

# (x, b): z is x + b for a weight of 1. The other sample has x = 7, so that a step of ε = 0.1
# moves the weight by 0.1 · 7^(1/3) / 7 = 0.0273, and the bias b by 0.1, for 3 by 0.144.
NEAR = [(0.5, -0.55), (0.5, -0.45), (0.0, 0.0), (3.0, -2.9), (0.0, 0.09)]
FAR = [(0.5, -0.65), (0.5, -0.35), (3.0, -3.2), (-4.0, 2.0), (0.0, 0.11)]
ONE_KINKED = MixedActivation.of(Linear(), 1, {0: LeakyReLU(0.5)})


def crossed(f: Activation, x: float, b: float) -> bool:
    network = make_network((1, 1), f)
    network.parameters.vector[:] = [1, b]
    batch = make_batch(np.array([[x], [7.0]]), np.array([[1.0], [1.0]]))
    definition = Differences(Objective(network, Quadratic()), batch)
    definition(np.array([0, 1]), 0.1)
    assert not definition.left_out[1]
    return bool(definition.left_out[0])


@pytest.mark.parametrize("f", [ReLU(), LeakyReLU(), ONE_KINKED], ids=repr)
def test_a_step_over_a_kink_is_noticed(f: Activation) -> None:
    assert [crossed(f, *sample) for sample in NEAR] == [True] * len(NEAR)
    assert [crossed(f, *sample) for sample in FAR] == [False] * len(FAR)


def test_without_kinks_nothing_is_crossed() -> None:
    assert not any(crossed(Sigmoid(), *sample) for sample in NEAR)


def test_a_kink_two_layers_above_the_weight_is_noticed() -> None:
    network = make_network((1, 1, 1), Linear(), ReLU())
    network.parameters.vector[:] = [1, 0, 5, -4.8]
    batch = make_batch(np.array([[1.0]]), np.array([[0.0]]))
    definition = Differences(Objective(network, Quadratic()), batch)
    definition(np.array([3]), 0.01)  # z^3 = 5 - 4.8 is moved by its bias, which is 4.8 ε
    assert not definition.left_out.any()
    definition(np.array([0]), 0.05)  # and by the first weight, 5 ε
    assert definition.left_out.all()


# The verdict.


def found(difference: float, largest: float = 0.5, resolution: float = 1e-9) -> Comparison:
    return Comparison(largest, difference, promised=1e-10, inexact=0.0, resolution=resolution)


@pytest.mark.parametrize(
    ("difference", "largest", "expected"),
    [
        (1e-9, 0.5, Verdict.AGREES),
        (1.2e-9, 0.5, Verdict.DISAGREES),
        (math.nan, 0.5, Verdict.DISAGREES),
        (math.inf, 0.5, Verdict.DISAGREES),
        (0.0, 3.4e-5, Verdict.AGREES),
        (0.0, 3.3e-5, Verdict.NOT_RESOLVED),
        (1e-10, 3.4e-5, Verdict.NOT_RESOLVED),
        (1e-10, 0.0, Verdict.NOT_RESOLVED),
        (0.0, 0.0, Verdict.ZERO),
        (1e-8, 0.0, Verdict.DISAGREES),
    ],
)
def test_the_verdict_on_a_layer(difference: float, largest: float, expected: Verdict) -> None:
    assert found(difference, largest).verdict == expected


@pytest.mark.parametrize(
    ("tolerance", "difference", "expected"),
    [
        (1e-3, 0.9e-3, Verdict.AGREES),
        (1e-3, 1.2e-3, Verdict.DISAGREES),
        (1, 0.009, Verdict.AGREES),
        (1, 0.011, Verdict.NOT_RESOLVED),
    ],
)
def test_a_claim_counts_up_to_a_hundredth(
    tolerance: float, difference: float, expected: Verdict
) -> None:
    derivatives = Derivatives(np.array([1.0]), 1e-9)
    assert compare(np.array([1 + difference]), derivatives, tolerance, 0).verdict == expected


def test_where_the_cost_turns_within_a_step_only_what_is_no_number_disagrees() -> None:
    assert found(1.0, resolution=math.inf).verdict == Verdict.NOT_RESOLVED
    assert found(math.inf, resolution=math.inf).verdict == Verdict.DISAGREES


def test_errors_are_shares_of_the_largest_derivative() -> None:
    assert (found(1e-10).error, found(1e-10).allowed) == (2e-10, 2 * (1e-10 + 1e-9))
    assert (found(1e-10, largest=0).error, found(0, largest=0).error) == (math.inf, 0)


def test_the_verdict_on_all_layers() -> None:
    good, bad, unknown, zero = found(0), found(1), found(0, 1e-9), found(0, 0)
    assert verdict_of([good, bad, unknown, zero]) == Verdict.DISAGREES
    assert verdict_of([unknown, good, zero]) == Verdict.NOT_RESOLVED
    assert verdict_of([good, zero]) == Verdict.AGREES
    assert verdict_of([zero]) == Verdict.NOT_RESOLVED


# What is right is never called wrong, and what is wrong never right.

PAIRS: list[tuple[Activation, Cost]] = [
    (Linear(), Quadratic()),
    (Sigmoid(), Quadratic()),
    (Sigmoid(), CrossEntropy()),
    (Softmax(), LogLikelihood()),
]
ORDERS = st.integers(-9, 9)


@st.composite
def badly_scaled(draw: st.DrawFn) -> tuple[Objective, Parameters, list[Derivatives], float]:
    """Draw a network, the gradient of some samples, the same by differences, and C."""
    sizes = tuple(draw(st.lists(st.integers(1, 5), min_size=2, max_size=4)))
    output, cost = draw(st.sampled_from(PAIRS))
    hidden = draw(st.sampled_from([Sigmoid(), Tanh(), ReLU(), Linear(), Softmax()]))
    seed = draw(st.integers(0, 2**31))
    network = make_network(sizes, hidden, output, seed=seed)
    for w, b in zip(network.parameters.weights, network.parameters.biases, strict=True):
        w *= 10.0 ** draw(ORDERS)
        b *= 10.0 ** draw(ORDERS)
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((3, sizes[0])) * 10.0 ** draw(ORDERS)
    objective = Objective(network, cost)
    batch = make_batch(inputs, targets_for(cost, rng, (3, sizes[-1])))
    gradient = Parameters(sizes, np.float64)
    with np.errstate(all="ignore"):
        definition = Differences(objective, batch)
        expected = definition.measure(places_of(gradient))
        kept = ~definition.left_out
        if kept.any():
            FullMatrix().bind(objective, rng)(batch.take(kept), gradient)
    value = float(definition.costs[kept].mean()) if kept.any() else math.nan
    return objective, gradient, expected, value


def judged(gradient: Parameters, expected: list[Derivatives], cost: float) -> list[Comparison]:
    return [
        compare(block.ravel(), e, 1e-10, cost)
        for block, e in zip(gradient.blocks, expected, strict=True)
    ]


@given(case=badly_scaled())
@settings(quick, max_examples=600)
def test_a_gradient_that_is_right_is_never_called_wrong(
    case: tuple[Objective, Parameters, list[Derivatives], float],
) -> None:
    _, gradient, expected, cost = case
    if not np.isfinite(cost):
        return
    for comparison in judged(gradient, expected, cost):
        if np.isfinite([comparison.largest, comparison.difference]).all():
            assert comparison.verdict != Verdict.DISAGREES


@given(case=badly_scaled(), sign=st.sampled_from([-1, 1]), layer=st.integers(0, 2))
@settings(quick, max_examples=600)
def test_a_gradient_that_is_wrong_is_never_called_right(
    case: tuple[Objective, Parameters, list[Derivatives], float], sign: int, layer: int
) -> None:
    _, gradient, expected, cost = case
    block = gradient.blocks[layer % len(gradient.blocks)]
    largest = np.abs(block).max()
    if not np.isfinite(cost) or not 0 < largest < math.inf:
        return
    block.flat[np.abs(block).argmax()] += sign * 1e-4 * largest
    comparison = judged(gradient, expected, cost)[layer % len(gradient.blocks)]
    assert comparison.verdict != Verdict.AGREES


@pytest.mark.parametrize("scale", [1e-3, 1.0, 10.0])
@pytest.mark.parametrize(("f", "cost"), PAIRS, ids=repr)
def test_in_an_ordinary_network_both_are_told(f: Activation, cost: Cost, scale: float) -> None:
    network = make_network((4, 3, 2), Tanh(), f)
    rng = np.random.default_rng(0)
    batch = make_batch(scale * rng.standard_normal((5, 4)), targets_for(cost, rng, (5, 2)))
    objective, gradient = Objective(network, cost), Parameters((4, 3, 2), np.float64)
    expected = Differences(objective, batch).measure(places_of(gradient))
    FullMatrix().bind(objective, rng)(batch, gradient)
    value = objective.value(batch.x, batch.y)
    assert verdict_of(judged(gradient, expected, value)) == Verdict.AGREES
    gradient.vector *= 1 + 1e-6
    assert verdict_of(judged(gradient, expected, value)) == Verdict.DISAGREES


@pytest.mark.parametrize("z", [1e-3, 0.3, 1.0])
def test_a_step_that_is_too_long_for_the_function_is_noticed(z: float) -> None:
    # tanh(10⁹ a)²: a step of ε leads from one flat side to the other.
    network = make_network((1, 1, 1), Linear(), Tanh())
    network.parameters.vector[:] = [1, z * 1e-9 - 1, 1e9, 0]
    batch = make_batch(np.ones((1, 1)), np.zeros((1, 1)))
    objective, gradient = Objective(network, Quadratic()), Parameters((1, 1, 1), np.float64)
    expected = Differences(objective, batch).measure(places_of(gradient))
    FullMatrix().bind(objective, np.random.default_rng(0))(batch, gradient)
    assert expected[0].resolution == math.inf
    first = judged(gradient, expected, objective.value(batch.x, batch.y))[0]
    assert first.verdict == Verdict.NOT_RESOLVED
