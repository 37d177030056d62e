"""The logistic sigmoid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Activation, Array, Interval, ScalarActivation

# The largest exponent that cannot overflow, and 1. As arrays of the type, because a Python number
# is converted at each call, which takes longer than the few hundred numbers of a mini-batch.
CONSTANTS: dict[str, tuple[Array, Array]] = {
    "f": (np.array(88, np.float32), np.array(1, np.float32)),
    "d": (np.array(709, np.float64), np.array(1, np.float64)),
}


@dataclass(frozen=True)
class Sigmoid(Activation):
    """f(z) = 1 / (1 + exp(-z)).

    Source: equation (3) of the book; f′ = f (1 - f). No overflow at any z.
    """

    other_names = ("expit", "logistic")
    range = Interval(0.0, 1.0)
    link = "logit"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        largest, one = CONSTANTS[z.dtype.char]
        a = np.negative(z, out=out)
        np.minimum(a, largest, out=a)
        np.exp(a, out=a)
        np.add(a, one, out=a)
        return np.reciprocal(a, out=a)

    def derivative(self, z: Array, a: Array) -> Array:
        d = np.subtract(CONSTANTS[a.dtype.char][1], a)
        return np.multiply(d, a, out=d)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        one = real(1)
        return lambda z: one / (one + math.exp(-z)), lambda z, a: a * (one - a)
