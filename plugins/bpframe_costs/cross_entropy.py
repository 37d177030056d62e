"""The cross-entropy of independent outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, Cost, Interval, ScalarGradient
from bpframe_costs.clip import inside


@dataclass(frozen=True)
class CrossEntropy(Cost):
    """C_x = -Σ_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)].

    Source: the book, chapter 3, equation (63). Outputs of exactly 0 or 1 are moved inside by
    the least that their type can, so that value and gradient stay finite. With sigmoid outputs
    δ^L = a - y exactly, see `bpframe_costs.output_error`.
    """

    other_names = ("bce", "binary_cross_entropy", "binary_crossentropy", "log_loss")
    domain = Interval(0.0, 1.0)
    link = "logit"

    def value(self, a: Array, y: Array) -> Array:
        from scipy.special import xlog1py, xlogy

        a = inside(a)
        values: Array = -(xlogy(y, a) + xlog1py(1 - y, -a)).sum(axis=-1)
        return values

    def gradient(self, a: Array, y: Array) -> Array:
        a = inside(a)
        return (a - y) / (a * (1 - a))

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient:
        one, low = real(1), np.finfo(real).tiny
        high = one - np.finfo(real).epsneg

        def gradient(a: Any, y: Any) -> Any:
            a = min(max(a, low), high)
            return (a - y) / (a * (one - a))

        return gradient
