"""The softplus function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Activation, Array, Interval


@dataclass(frozen=True)
class Softplus(Activation):
    """f(z) = ln(1 + exp(z)).

    Source: Dugas et al. 2001; f′ is the sigmoid, 1 - exp(-a). No overflow.
    """

    range = Interval(0.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.logaddexp(z, 0, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        d = np.negative(a)
        np.expm1(d, out=d)
        return np.negative(d, out=d)
