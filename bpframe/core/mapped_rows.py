"""Samples that stay in their file, for data that is larger than memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.read_ahead import announcing

Rows = npt.NDArray[np.bool_] | npt.NDArray[np.integer[Any]] | slice


class MappedRows:
    """Rows of a mapped array, read when they are asked for, and converted and scaled then.

    It stands in the place of `Split.x`: for whoever takes rows by an index, a mask or a slice, it
    is such an array, and gives arrays of its own.

    Parameters
    ----------
    array : array of real numbers, shape (n, n_1)
        In a file, as `numpy.load` maps it.
    dtype : numpy dtype
        What its numbers become: float32 or float64.
    rows : array of int, optional
        Those that count, in the order of the samples; all if left out.
    scalings : tuple of callable
        What makes inputs of such numbers, one after another; each keeps shape and type.
    """

    ndim = 2

    def __init__(
        self,
        array: npt.NDArray[Any],
        dtype: npt.DTypeLike,
        rows: npt.NDArray[np.integer[Any]] | None = None,
        scalings: tuple[Callable[[Array], Array], ...] = (),
    ) -> None:
        # Not as the memmap that it may be, which takes its time to make arrays of its kind.
        self._array = np.asarray(array)
        self._rows = np.arange(len(array)) if rows is None else rows
        self._announce = announcing(self._array)
        self._scalings = scalings
        self.dtype = np.dtype(dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n_1)."""
        return len(self), int(self._array.shape[1])

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self) * int(self._array.shape[1])

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, rows: int | Rows) -> Array:
        if isinstance(rows, int | np.integer):
            one: Array = self[np.array([rows])][0]
            return one
        index = self._rows[rows]
        self._announce(index)
        x: Array = self._array[index].astype(self.dtype, copy=False)
        for scaling in self._scalings:
            x = scaling(x)
        return x

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return self[:].astype(dtype or self.dtype, copy=False)

    def take(self, rows: Rows) -> Self:
        """Return some of the rows, still in their file."""
        return type(self)(self._array, self.dtype, self._rows[rows], self._scalings)

    def scaled(self, scaling: Callable[[Array], Array]) -> Self:
        """Return the same with a scaling more."""
        return type(self)(self._array, self.dtype, self._rows, (*self._scalings, scaling))
