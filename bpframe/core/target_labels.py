"""Labels: whatever an array holds, as sorted names that are numbered."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import REAL_NUMBERS
from bpframe.core.columns import is_missing
from bpframe.core.finite import check_finite
from bpframe.errors import DataError


def readable(where: str, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return targets as real numbers or texts, shape (n,), or (n, n_L) for several columns.

    Raises
    ------
    DataError
        If they are neither, or of another shape.
    """
    if y.dtype.kind == "O":
        y = _of_objects(where, y)
    if y.dtype.kind == "S":
        y = np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind not in REAL_NUMBERS and y.dtype.kind not in "UT":
        raise DataError(f"{where}: holds {y.dtype}; expected numbers or texts")
    if y.ndim not in (1, 2) or (y.ndim == 2 and not y.shape[1]):
        raise DataError(
            f"{where}: targets have the shape {y.shape}; expected (n,), or (n, outputs)"
        )
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def _of_objects(where: str, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
    cells = y.ravel().tolist()
    if missing := sum(map(is_missing, cells)):
        raise DataError(_missing(where, missing, len(cells)))
    # A truth value is a number, too, but not beside texts.
    if all(isinstance(cell, str | bytes) for cell in cells):
        texts = [
            cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell for cell in cells
        ]
        return np.array(texts, str).reshape(y.shape)
    numbers = np.array(cells) if all(np.isscalar(cell) for cell in cells) else y
    if numbers.dtype.kind not in REAL_NUMBERS:
        kinds = sorted({type(cell).__name__ for cell in cells})
        raise DataError(
            f"{where}: holds objects ({', '.join(kinds)}); expected numbers alone, or texts alone: "
            "astype(float) or astype(str) makes them so"
        )
    return numbers.reshape(y.shape)


def check_complete(where: str, y: npt.NDArray[Any]) -> None:
    """Raise a DataError if a target is missing or not finite: which column, and how many."""
    if y.dtype.kind in "UT":
        empty = int((y == "").sum())
        if empty:
            raise DataError(_missing(where, empty, len(y)))
        return
    check_finite(where, "targets", y)


def _missing(where: str, missing: int, n: int) -> str:
    return f"{where}: {missing} of {n} targets are missing. Leave these samples out"


def distinct(y: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the different values of an array of shape (n,), sorted."""
    # Without np.unique, which imports NumPy's masked arrays.
    ordered = np.sort(y)
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def label_names(labels: npt.NDArray[Any]) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    """Return names of sorted labels in the order of classes, and the class of each label.

    Numbers that are written as texts are in the order of numbers.
    """
    found = labels.tolist()
    if labels.dtype.kind == "f":
        found = [int(label) for label in found]
    names = [str(label) for label in found]
    order = list(range(len(names)))
    if labels.dtype.kind in "UT" and all(name.isdecimal() for name in names):
        order.sort(key=lambda i: (int(names[i]), names[i]))
    classes = np.empty(len(names), np.intp)
    classes[order] = np.arange(len(names))
    return tuple(names[i] for i in order), classes
