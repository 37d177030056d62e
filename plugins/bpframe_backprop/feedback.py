"""The base of the rules that carry the error down by other matrices than (w^{l+1})ᵀ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bpframe import Array, Backprop


@dataclass(frozen=True)
class FeedbackRule(Backprop):
    """Base of the rules with feedback matrices of their own.

    Parameters
    ----------
    scale : float
        Size of the feedback, greater than 0. Entries are about scale/√n for a matrix with n
        columns: at 1 a matrix keeps the size of the error, whatever the layers' sizes. Below
        several layers of sigmoids, whose f′ is at most 1/4, take 4.

    Raises
    ------
    ValueError
        If scale is not a number greater than 0.
    """

    scale: float = 1.0

    exact = False

    def __post_init__(self) -> None:
        if not 0 < self.scale < math.inf:
            raise ValueError(f"scale is {self.scale}; it must be a number greater than 0")

    def draw(
        self, rows: int, columns: int, rng: np.random.Generator, dtype: npt.DTypeLike
    ) -> Array:
        """Return a matrix B from N(0, scale²/columns)."""
        b: Array = self.scale / math.sqrt(columns) * rng.standard_normal((rows, columns))
        return b.astype(dtype)
