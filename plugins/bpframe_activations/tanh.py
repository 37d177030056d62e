"""The hyperbolic tangent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Apply, Array, Interval, ScalarActivation
from bpframe_activations.constants import ONE
from bpframe_activations.elementwise import Elementwise


@dataclass(frozen=True)
class Tanh(Elementwise):
    """f(z) = tanh(z).

    Source: the book, chapter 3, "Other models of artificial neuron"; f′ = 1 - f².
    """

    range = Interval(-1.0, 1.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.tanh(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        d = np.square(a)
        return np.subtract(ONE[a.dtype.char], d, out=d)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("tanh", z)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        one = real(1)
        return lambda z: math.tanh(z), lambda z, a: one - a * a
