"""Numbers that are not finite, and where they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import chunks
from bpframe.errors import DataError


def check_finite(where: str, what: str, array: npt.NDArray[Any]) -> None:
    """Raise a DataError if numbers are NaN or infinite: how many, and the first column of them.

    Parameters
    ----------
    where, what : str
        The beginning of the message, and what the numbers are, such as ``"inputs"``.
    array : array of real numbers, shape (n,) or (n, columns)
        The numbers.
    """
    # A chunk at a time, for the answers need room.
    if all(np.isfinite(rows).all() for rows in chunks(array)):
        return
    wrong: npt.NDArray[Any] = np.sum(
        [(~np.isfinite(rows)).sum(axis=0) for rows in chunks(array)], axis=0
    )
    column = ""
    if array.ndim == 2 and array.shape[1] > 1:
        affected = np.flatnonzero(wrong)
        more = f" and {len(affected) - 1} more" if len(affected) > 1 else ""
        column = f", in column {affected[0]}{more}, counted from 0"
    raise DataError(
        f"{where}: {int(wrong.sum())} of {array.size} {what} are NaN or infinite{column}; all must "
        "be finite. Leave such samples out, or fill in what is missing"
    )
