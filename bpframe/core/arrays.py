"""The arrays of numbers that everything here works on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]


def with_ones(x: Array, dtype: npt.DTypeLike) -> Array:
    """Return a copy of x (m, n) with a last column of ones, shape (m, n + 1)."""
    x_one: Array = np.ones((x.shape[0], x.shape[1] + 1), dtype)
    x_one[:, :-1] = x
    return x_one
