"""A cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Cost


@dataclass(frozen=True)
class LogCosh(Cost):
    """C_x = Σ_j ln cosh(a_j - y_j).

    Near the target it is the quadratic cost, far from it the distance, so that a few samples
    that are far off do not rule the gradient. It accepts every output; a cost that does not
    would set ``domain``, as in ``domain = Interval(0.0, 1.0)``.
    """

    def value(self, a: Array, y: Array) -> Array:
        # cosh overflows; |d| + ln(1 + exp(-2|d|)) - ln 2 is the same and does not.
        d = np.abs(a - y)
        return (d + np.log1p(np.exp(-2 * d)) - np.log(2.0).astype(d.dtype)).sum(axis=-1)

    def gradient(self, a: Array, y: Array) -> Array:
        return np.tanh(a - y)
