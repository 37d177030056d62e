"""The log-likelihood of a distribution over classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, Cost, Interval, ScalarGradient
from bpframe_costs.clip import inside


@dataclass(frozen=True)
class LogLikelihood(Cost):
    """C_x = -Σ_j y_j ln a_j, which is -ln a_y for a class y.

    Source: the book, chapter 3, equation (80). An output of exactly 0 is moved inside by the
    least that its type can. With softmax outputs δ^L = a - y, see `bpframe_costs.output_error`.
    """

    other_names = ("categorical_cross_entropy", "categorical_crossentropy", "nll")
    domain = Interval(0.0, 1.0, sums_to_one=True)
    link = "multinomial logit"

    def value(self, a: Array, y: Array) -> Array:
        from scipy.special import xlogy

        values: Array = -xlogy(y, inside(a)).sum(axis=-1)
        return values

    def gradient(self, a: Array, y: Array) -> Array:
        return -y / inside(a)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient:
        low = np.finfo(real).tiny
        high = real(1) - np.finfo(real).epsneg
        return lambda a, y: -y / min(max(a, low), high)
