"""How often each class was taken for each, in a table whose size is bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bpframe import Array

Whole = npt.NDArray[np.int64]
MOST_CELLS = 500


@dataclass(frozen=True)
class Counts:
    """The samples of a split, by their class and by the class that the network took them for.

    Attributes
    ----------
    classes, width : int
        How many classes there are, and how many neighbours share a cell: 1 up to 500 classes.
    samples, hits : arrays of int, shape (classes,)
        The samples of each class, and how many of them were taken for it.
    errors : array of int, shape (cells, cells)
        Those that were taken for another class: a row for the true ones.
    """

    classes: int
    width: int
    samples: Whole
    hits: Whole
    errors: Whole

    @property
    def accuracy(self) -> float:
        """The share of hits among all samples."""
        return float(self.hits.sum() / self.samples.sum())

    @property
    def recall(self) -> Array:
        """The share of hits of each class; NaN without samples. Shape (classes,)."""
        return _share(self.hits, self.samples)

    @property
    def hit_shares(self) -> Array:
        """The recall of each cell, on the diagonal of shape (cells, cells); NaN elsewhere."""
        shares = _share(self._pooled(self.hits), self._pooled(self.samples))
        return np.where(np.eye(len(shares), dtype=bool), shares, np.nan)

    @property
    def error_shares(self) -> Array:
        """The errors as shares of the samples of the true class, shape (cells, cells).

        NaN where there are none, and on the diagonal, which is the place of the hits.
        """
        samples = self._pooled(self.samples)[:, np.newaxis]
        shares = _share(self.errors, np.broadcast_to(samples, self.errors.shape))
        return np.where(np.eye(len(shares), dtype=bool) | (self.errors == 0), np.nan, shares)

    def _pooled(self, values: Whole) -> Whole:
        cells = len(self.errors)
        padded = np.pad(values, (0, cells * self.width - len(values)))
        pooled: Whole = padded.reshape(cells, self.width).sum(axis=1)
        return pooled


def count(y: Whole, predictions: Whole, classes: int) -> Counts:
    """Count the samples by their classes `y` and the predicted ones, both of shape (n,)."""
    width = -(-classes // MOST_CELLS)
    cells = -(-classes // width)
    wrong = predictions != y
    places = y[wrong] // width * cells + predictions[wrong] // width
    return Counts(
        classes,
        width,
        samples=np.bincount(y, minlength=classes),
        hits=np.bincount(y[~wrong], minlength=classes),
        errors=np.bincount(places, minlength=cells**2).reshape(cells, cells),
    )


def _share(counted: Whole, samples: Whole) -> Array:
    shares: Array = np.divide(
        counted, samples, out=np.full(counted.shape, np.nan), where=samples > 0
    )
    return shares
