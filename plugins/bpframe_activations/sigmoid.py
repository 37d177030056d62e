"""The logistic sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Activation, Array, Interval
from bpframe_activations.logistic import expit


@dataclass(frozen=True)
class Sigmoid(Activation):
    """f(z) = 1 / (1 + exp(-z)).

    Source: equation (3) of the book; f′ = f (1 - f). No overflow at any z.
    """

    range = Interval(0.0, 1.0)
    link = "logit"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a: Array = expit()(z, out=out)
        return a

    def derivative(self, z: Array, a: Array) -> Array:
        d = np.subtract(1, a)
        d *= a
        return d
