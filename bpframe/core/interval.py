"""The interval of the outputs of an activation, and of those that a cost accepts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bpframe.core.arrays import Array

# A distribution over a thousand classes in half precision sums to 1 within this.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Interval:
    """The values that outputs may take, ends included.

    Parameters
    ----------
    low, high : float
        The ends.
    sums_to_one : bool
        Whether the outputs of a sample also sum to 1, as a probability distribution does.

    Examples
    --------
    >>> print(Interval(0.0))
    [0, ∞]
    >>> Interval(0.0, 1.0).holds(Interval(0.0, 1.0, sums_to_one=True))
    True
    >>> Interval(0.0, 1.0).misses(np.array([[0.5, 2.0]]))
    'they go from 0.5 to 2'
    """

    low: float = -math.inf
    high: float = math.inf
    sums_to_one: bool = False

    def holds(self, other: Interval) -> bool:
        """Return whether every value of `other` is one of this interval's."""
        inside = self.low <= other.low and other.high <= self.high
        return inside and (other.sums_to_one or not self.sums_to_one)

    def misses(self, values: Array) -> str:
        """Return in which way values, shape (m, n), leave the interval; nothing if they do not.

        Their sums may differ from 1 by `SUM_TOLERANCE`.
        """
        if not values.size:
            return ""
        low, high = float(values.min()), float(values.max())
        if not self.low <= low <= high <= self.high:
            return f"they go from {low:g} to {high:g}"
        sums = values.sum(axis=1, dtype=float)
        furthest = float(sums[np.abs(sums - 1).argmax()])
        if self.sums_to_one and not abs(furthest - 1) <= SUM_TOLERANCE:
            return f"those of one sample sum to {furthest:g}"
        return ""

    def __str__(self) -> str:
        ends = f"[{self.low:g}, {self.high:g}]".replace("inf", "∞")
        return ends + (" summing to 1" if self.sums_to_one else "")
