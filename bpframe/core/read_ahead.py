"""Rows of a mapped array, announced to the system before they are read."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.integer[Any]]
# Rows that stand so close are read with what is between them.
CLOSE = 4


def announcing(array: npt.NDArray[Any]) -> Callable[[Index], None]:
    """Return a function that has the system begin to read some rows of an array, all at once.

    Without it each row is waited for by itself, and what is around it is read, too, which takes
    thirty times as long from a disk.

    Parameters
    ----------
    array : array, shape (n, …)
        In memory or mapped; of one in memory there is nothing to read.
    """
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    row = array.strides[0] if array.ndim else 0
    if not isinstance(base, mmap.mmap) or not hasattr(base, "madvise") or row <= 0:
        return lambda index: None
    start = _address(array) - _address(np.frombuffer(base, np.uint8))
    base.madvise(mmap.MADV_RANDOM)

    def announce(index: Index) -> None:
        if not len(index):
            return
        rows = np.sort(index)
        if rows[-1] - rows[0] < CLOSE * len(rows):
            rows, size = rows[:1], int(rows[-1] - rows[0] + 1) * row
        else:
            size = row
        for first in (start + rows * row).tolist():
            page = first // mmap.PAGESIZE * mmap.PAGESIZE
            base.madvise(mmap.MADV_WILLNEED, page, first + size - page)

    return announce


def _address(array: npt.NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])
