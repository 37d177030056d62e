"""Rectified linear units, plain and leaky."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Apply, Array, Interval, ScalarActivation
from bpframe_activations.constants import ZERO
from bpframe_activations.elementwise import Elementwise


@dataclass(frozen=True)
class ReLU(Elementwise):
    """f(z) = max(0, z).

    Best below an output layer of another function: an output that is 0 for every sample learns
    nothing more. Source: Nair and Hinton 2010; f′(0) is taken as 0.
    """

    other_names = ("rectifier",)
    range = Interval(0.0)
    kinks = (0.0,)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.maximum(z, ZERO[z.dtype.char], out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.greater(z, ZERO[z.dtype.char]).astype(z.dtype)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("max", z, 0.0)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        zero, one = real(0), real(1)
        return lambda z: z if z > 0 else zero, lambda z, a: one if z > 0 else zero


@dataclass(frozen=True)
class LeakyReLU(Elementwise):
    """f(z) = z for z > 0, slope · z elsewhere.

    Parameters
    ----------
    slope : float
        Slope for negative z, from 0 to 1.

    Source: Maas, Hannun and Ng 2013; f′(0) is taken as the slope.
    """

    slope: float = 0.01

    kinks = (0.0,)

    def __post_init__(self) -> None:
        if not 0 <= self.slope <= 1:
            raise ValueError(f"slope is {self.slope}; it must be from 0 to 1")

    @property
    def range(self) -> Interval:
        """All numbers, unless the slope is 0."""
        return Interval(-math.inf if self.slope else 0.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a = np.multiply(z, self.slope, out=out)
        return np.maximum(a, z, out=a)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(self.slope))

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("max", z, apply("mul", z, self.slope))

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        one, slope = real(1), real(self.slope)
        return lambda z: z if z > 0 else slope * z, lambda z, a: one if z > 0 else slope
