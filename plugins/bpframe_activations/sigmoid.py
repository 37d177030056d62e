"""The logistic sigmoid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Apply, Array, Interval, ScalarActivation
from bpframe_activations.constants import ONE
from bpframe_activations.elementwise import Elementwise

# The largest exponent that cannot overflow.
LARGEST: dict[str, Array] = {"f": np.array(88, np.float32), "d": np.array(709, np.float64)}


@dataclass(frozen=True)
class Sigmoid(Elementwise):
    """f(z) = 1 / (1 + exp(-z)).

    Source: equation (3) of the book; f′ = f (1 - f). No overflow at any z.
    """

    other_names = ("expit", "logistic")
    range = Interval(0.0, 1.0)
    link = "logit"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        dtype = z.dtype.char
        a = np.negative(z, out=out)
        np.minimum(a, LARGEST[dtype], out=a)
        np.exp(a, out=a)
        np.add(a, ONE[dtype], out=a)
        return np.reciprocal(a, out=a)

    def derivative(self, z: Array, a: Array) -> Array:
        d = np.subtract(ONE[a.dtype.char], a)
        return np.multiply(d, a, out=d)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("sigmoid", z)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        one = real(1)
        return lambda z: one / (one + math.exp(-z)), lambda z, a: a * (one - a)
