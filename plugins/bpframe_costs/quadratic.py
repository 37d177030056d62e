"""The quadratic cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, Cost, ScalarGradient


@dataclass(frozen=True)
class Quadratic(Cost):
    """C_x = ½ ‖y - a‖².

    Source: equations (26) and (27) of the book; ∇_a C_x = a - y.
    """

    other_names = ("l2", "mean_squared_error", "mse", "squared_error")
    link = "identity"

    def value(self, a: Array, y: Array) -> Array:
        values: Array = np.square(a - y).sum(axis=-1) / 2
        return values

    def gradient(self, a: Array, y: Array) -> Array:
        return np.subtract(a, y)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient:
        return lambda a, y: a - y
