"""The arrays of numbers that everything here works on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
# Samples that are worked on at a time: with their layers they fit into the processor's cache.
CHUNK = 1000


def chunks(array: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Yield the rows of an array, `CHUNK` at a time."""
    return (array[start : start + CHUNK] for start in range(0, len(array), CHUNK))


def with_ones(x: Array, dtype: npt.DTypeLike) -> Array:
    """Return a copy of x (m, n) with a last column of ones, shape (m, n + 1)."""
    x_one: Array = np.ones((x.shape[0], x.shape[1] + 1), dtype)
    x_one[:, :-1] = x
    return x_one


def room_for_ones(shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Return an array that is to be filled; `joined_with_ones` makes no copy of it.

    Parameters
    ----------
    shape : tuple of two int
        Rows and columns.
    dtype : numpy dtype
        Its type.
    """
    room: Array = np.empty((shape[0], shape[1] + 1), dtype)
    room[:, -1] = 1
    return room[:, :-1]


def joined_with_ones(x: Array, dtype: npt.DTypeLike) -> Array:
    """Return x with a last column of ones: where x is rows of such an array, a view of that one.

    Elsewhere it is a copy, as `with_ones` gives.
    """
    whole = x.base
    if (
        isinstance(whole, np.ndarray)
        and x.dtype == whole.dtype == np.dtype(dtype)
        and whole.ndim == 2
        and whole.shape[1] == x.shape[1] + 1
        and whole.strides == x.strides
        and whole.flags.c_contiguous
    ):
        first, rest = divmod(_address(x) - _address(whole), whole.strides[0])
        rows: Array = whole[first : first + len(x)]
        if not rest and (rows[:, -1] == 1).all():
            return rows
    return with_ones(x, dtype)


def _address(x: Array) -> int:
    return int(x.__array_interface__["data"][0])
