"""The sine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Apply, Array, Interval, ScalarActivation
from bpframe_activations.elementwise import Elementwise


@dataclass(frozen=True)
class Sin(Elementwise):
    """f(z) = sin(z).

    Source: Sopena, Romero and Alquézar 1999; f′ = cos.
    """

    range = Interval(-1.0, 1.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.sin(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.cos(z)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("sin", z)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return lambda z: math.sin(z), lambda z, a: math.cos(z)
