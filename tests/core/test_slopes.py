"""How steep and how flat activations are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from builders import CUSTOM

from bpframe import Activation, Array, MixedActivation, largest_slopes
from bpframe.core.slopes import has_flat_half
from bpframe_activations import (
    Custom,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    Sin,
    Softmax,
    Softplus,
    Square,
    Tanh,
)

SLOPES: dict[str, tuple[Activation, Any]] = {
    "sigmoid": (Sigmoid(), 1 / 4),
    "tanh": (Tanh(), 1),
    "relu": (ReLU(), 1),
    "leaky relu": (LeakyReLU(0.3), 1),
    "linear": (Linear(), 1),
    "sin": (Sin(), 1),
    "softmax": (Softmax(), 1 / 4),
    "steep without bound": (Square(), 1),
    "soft sign": (CUSTOM["soft sign"], 1),
    "bell": (CUSTOM["bell"], math.sqrt(2 / math.e)),
    "shallow": (Custom("0.01*z"), 0.01),
    "constant": (Custom("0*z"), 0),
    "steepest at the ends": (Custom("z**3/1000"), 0.3),
    "not defined below 0": (Custom("0.1*log(z)", "0.1/z"), 1),
    "mixed": (
        MixedActivation.of(Sigmoid(), 3, {1: Tanh(), 2: Custom("0.01*z")}),
        [1 / 4, 1, 0.01],
    ),
}


@pytest.mark.parametrize(("f", "expected"), SLOPES.values(), ids=SLOPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_slope_of_a_function(f: Activation, expected: Any, dtype: Any) -> None:
    slopes = largest_slopes(f, 3, dtype)
    assert slopes.shape == (3,)
    np.testing.assert_allclose(slopes, np.broadcast_to(expected, 3), rtol=2e-3)


@pytest.mark.parametrize(
    "f",
    [
        ReLU(),
        LeakyReLU(),
        LeakyReLU(0.0),
        LeakyReLU(0.05),
        Softplus(),
        *map(Custom, ("max(0,z)", "min(0,z)", "max(0,z+1)", "max(-1,min(1,z))", "0*z", "exp(z)")),
    ],
    ids=repr,
)
def test_a_flat_half(f: Activation) -> None:
    assert has_flat_half(f)


@pytest.mark.parametrize(
    "f",
    [
        Sigmoid(),
        Tanh(),
        Linear(),
        LeakyReLU(0.06),
        Square(),
        Sin(),
        Softmax(),
        *map(Custom, ("sigmoid(2*z)", "tanh(3*z)", "atan(z)", "z/(1+abs(z))", "abs(z)", "-z")),
        Custom("max(-4.5,min(z,4.5))"),  # flat, but farther out
        # f′ is 0 at z = 3.5 and z = -3.5, and nowhere else on either side.
        Custom("z**3-36.75*z"),
        Custom("z**3-31.6875*z"),  # the same at 3.25
    ],
    ids=repr,
)
def test_no_flat_half(f: Activation) -> None:
    assert not has_flat_half(f)


class Root(Activation):
    """f(z) = √z, with the warnings that NumPy gives below 0 and at 0."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.sqrt(z)

    def derivative(self, z: Array, a: Array) -> Array:
        return 1 / (2 * a)


class NoSlope(Root):
    """√z, whose f′ is a number nowhere."""

    def derivative(self, z: Array, a: Array) -> Array:
        return np.full_like(z, np.nan)


def test_what_is_not_defined_everywhere_gives_no_warning() -> None:
    np.testing.assert_array_equal(largest_slopes(Root(), 2, np.float64), 1)
    np.testing.assert_array_equal(largest_slopes(NoSlope(), 2, np.float64), 0)
    assert not has_flat_half(Root())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slopes_are_seen_in_the_type_of_the_network(dtype: Any) -> None:
    assert largest_slopes(Sigmoid(), 2, dtype).dtype == dtype
