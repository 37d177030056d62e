"""Target values that a network learns in standardised form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array


@dataclass(frozen=True)
class TargetValues:
    """The values that outputs stand for: value = mean + deviation · output.

    Parameters
    ----------
    names : tuple of str
        What the values are called, one an output.
    mean, deviation : tuple of float
        Of the training samples, in the values' own units, one an output.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        y: npt.NDArray[Any],
        weights: npt.NDArray[Any] | None = None,
    ) -> Self:
        """Return the record of training targets, real numbers of shape (n, n_L).

        Parameters
        ----------
        names : sequence of str
            What the values are called, one an output.
        y : array, shape (n, n_L)
            The targets.
        weights : array, shape (n,), optional
            How much each sample counts, see `Split`.
        """
        y = y.astype(np.float64)
        # Against an overflow of the squares.
        largest = np.maximum(np.abs(y).max(axis=0), np.finfo(float).tiny)
        mean = np.average(y / largest, axis=0, weights=weights)
        squares = np.average((y / largest - mean) ** 2, axis=0, weights=weights)
        mean, deviation = mean * largest, np.sqrt(squares) * largest
        # Equal targets have no deviation, but for rounding.
        constant = (y == y[0]).all(axis=0) | (deviation == 0)
        deviation[constant] = 1
        return cls(tuple(names), tuple(mean.tolist()), tuple(deviation.tolist()))

    def standardised(self, y: npt.NDArray[Any]) -> Array:
        """Return targets as the network learns them, float64, shape (n, n_L)."""
        standardised: Array = (y.astype(np.float64) - np.array(self.mean)) / self.deviation
        return standardised

    def in_own_units(self, a: npt.NDArray[Any]) -> Array:
        """Return outputs or standardised targets as values, float64, shape (n, n_L)."""
        values: Array = a.astype(np.float64) * self.deviation + np.array(self.mean)
        return values
