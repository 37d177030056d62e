"""What gradients are checked against: the definition, the comparison, and the drawn parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Activation, MixedActivation, Objective, Parameters
from bpframe.core.differences import Differences, resolves
from bpframe.testing.samples import make_batch
from bpframe_activations import LeakyReLU, Linear, ReLU, Sigmoid
from bpframe_costs import Quadratic
from bpframe_gradcheck.comparison import (
    AGREES,
    DISAGREES,
    NOT_RESOLVED,
    ZERO,
    LayerCheck,
    angle,
    verdict_of,
    worst_of,
)
from bpframe_gradcheck.measurement import STEP
from bpframe_gradcheck.task import draw_places

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
    definition(np.arange(len(vector)), STEP)
    assert vector.tobytes() == before


def test_what_is_rounded_is_the_last_digit_of_the_outputs() -> None:
    # C_x = ½ a² at a = 1, which is ½ + ε for a = 1 + ε.
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [1, 0]
    definition = Differences(
        Objective(network, Quadratic()), make_batch(np.eye(1), np.zeros((1, 1)))
    )
    assert definition.rounding.tolist() == [np.finfo(float).eps]


def test_a_comparison_tells_something_up_to_a_hundredth_of_the_largest_derivative() -> None:
    assert resolves(0.01, 1.0)
    assert not resolves(0.0101, 1.0)


# Kinks.

# (x, b): z is x + b for a weight of 1, and a step of ε = 0.1 moves it by at most 0.1 · max(1, x).
NEAR = [(0.5, -0.55), (0.5, -0.45), (0.0, 0.0), (3.0, -2.8), (0.0, 0.09)]
FAR = [(0.5, -0.65), (0.5, -0.35), (3.0, -3.4), (-4.0, 2.0), (0.0, 0.11)]
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


# The angle.


@given(degrees=st.floats(0, 180), lengths=st.tuples(*[st.floats(1e-6, 1e6)] * 2))
@quick
def test_the_angle_of_two_vectors(degrees: float, lengths: tuple[float, float]) -> None:
    turned = math.radians(degrees)
    u, v = np.array([1.0, 0.0]), np.array([math.cos(turned), math.sin(turned)])
    assert angle(lengths[0] * u, lengths[1] * v) == pytest.approx(degrees, abs=1e-9)


def test_small_angles_are_exact() -> None:
    # The arc cosine of their cosine, which is rounded to 1, is 0.
    u, v = np.array([1.0, 0.0]), np.array([1.0, 1e-10])
    assert angle(u, v) == pytest.approx(math.degrees(1e-10), rel=1e-6)


def test_the_angle_to_nothing() -> None:
    u, nothing = np.array([1.0, 2.0]), np.zeros(2)
    assert (angle(u, nothing), angle(nothing, u), angle(nothing, nothing)) == (90, 90, 0)
    assert math.isnan(angle(u, np.array([math.nan, 0.0])))


# The verdict.


def layer(difference: float, allowance: float = 1e-9, largest: float = 0.5) -> LayerCheck:
    return LayerCheck(2, 10, 10, largest, difference, allowance, angle=0.0)


@pytest.mark.parametrize(
    ("difference", "largest", "expected"),
    [
        (1e-9, 0.5, AGREES),
        (1.1e-9, 0.5, DISAGREES),
        (math.nan, 0.5, DISAGREES),
        (math.inf, 0.5, DISAGREES),
        (0.0, 1.1e-7, AGREES),
        (0.0, 0.9e-7, NOT_RESOLVED),
        (0.0, 1e-9, NOT_RESOLVED),
        (1e-10, 0.0, NOT_RESOLVED),
        (0.0, 0.0, ZERO),
        (1e-8, 0.0, DISAGREES),
    ],
)
def test_the_verdict_on_a_layer(difference: float, largest: float, expected: str) -> None:
    assert layer(difference, largest=largest).verdict == expected


def test_errors_are_shares_of_the_largest_derivative() -> None:
    assert (layer(1e-10).error, layer(1e-10).allowed) == (2e-10, 2e-9)
    assert (layer(1e-10, largest=0).error, layer(0, largest=0).error) == (math.inf, 0)


def test_the_verdict_on_all_layers() -> None:
    good, bad, unknown, zero = layer(0), layer(1), layer(0, largest=1e-9), layer(0, largest=0)
    assert verdict_of([good, bad, unknown, zero]) == DISAGREES
    assert verdict_of([unknown, good, zero]) == NOT_RESOLVED
    assert verdict_of([good, zero]) == AGREES
    assert verdict_of([zero]) == NOT_RESOLVED


@pytest.mark.parametrize("worst", [layer(1), layer(math.nan), layer(2e-10, 1e-10)])
def test_the_worst_layer_is_the_one_nearest_to_what_is_allowed(worst: LayerCheck) -> None:
    others = [layer(1e-10), layer(1e-3, allowance=1), layer(0, allowance=0)]
    assert worst_of([others[0], worst, *others[1:]]) is worst


# The parameters that are compared.

SIZES: Any = st.lists(st.integers(1, 8), min_size=2, max_size=5)


@given(sizes=SIZES, most=st.integers(1, 300), seed=st.integers(0, 2**31))
@quick
def test_drawn_parameters(sizes: list[int], most: int, seed: int) -> None:
    parameters = Parameters(sizes, np.float64)
    places = draw_places(parameters, most, np.random.default_rng(seed))
    count, layers = len(parameters.vector), len(parameters.blocks)
    counts = [len(p) for p in places]
    assert sum(counts) == (count if most >= count else max(most, layers))
    parameters.vector[:] = np.arange(count)
    for drawn, block in zip(places, parameters.blocks, strict=True):
        assert len(set(drawn.tolist())) == len(drawn)
        assert np.isin(drawn, block).all()
    # A layer has fewer than another one only if it has no more.
    assert all(
        n >= max(counts) - 1 or n == block.size
        for n, block in zip(counts, parameters.blocks, strict=True)
    )
