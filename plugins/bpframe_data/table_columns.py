"""Which columns of a table a network gets, and as what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe import is_missing, text_of
from bpframe.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

# So many different texts are few; of more, at most half may be different.
FEW = 20
LARGEST = 1000
# A column in which almost all cells are numbers is one of numbers.
ALMOST = 0.9
# The square of a greater one may be beyond the largest number.
LARGEST_NUMBER = 1e150
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DRESSED = re.compile(r"[$€£]?\s*[+-]?\d{1,3}([,.' ]?\d{3})*([.,]\d+)?\s*[%$€£]?")
# What columns are called that number the rows.
NUMBERING = re.compile(r"(.*[ _.-])?(id|no|nr|index|row|number)|[A-Za-z]*I[dD]", re.ASCII)


class Chosen(NamedTuple):
    """The columns that a network gets, and why others are left out."""

    numbers: list[str]
    texts: list[str]
    remarks: list[str]


def choose(where: str, frame: pd.DataFrame, *, must: bool) -> Chosen:
    """Return which columns are numbers and which are texts, each in the table's order.

    Dates, empty columns, and those that tell single rows from each other are left out, or refused
    if all columns must be taken.

    Raises
    ------
    DataError
        If a cell among numbers is none, or a cell holds anything but a number, a text or a date.
    """
    taken: dict[str, list[str]] = {"number": [], "text": []}
    left = []
    for name in map(str, frame.columns):
        kind, why = _kind(where, name, frame[name])
        if kind and (must or not why):
            taken[kind].append(name)
        elif must:
            raise DataError(
                f"{where}, column '{name}': {why}, which data.features cannot take; expected "
                "numbers or texts"
            )
        else:
            left.append(f"{name} ({why})")
    remarks = []
    if left:
        remarks = [f"left out: {', '.join(left)} (data.features=[NAME,…] says what is taken)"]
    return Chosen(taken["number"], taken["text"], remarks)


def numbers_of(column: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return the numbers of a column, shape (n,), NaN where one is missing."""
    if column.dtype.kind in "biuf":
        numbers: npt.NDArray[np.float64] = column.to_numpy(np.float64, na_value=np.nan)
        return numbers
    cells = np.asarray(column, object)
    return np.array([np.nan if is_missing(cell) else float(cell) for cell in cells])


def refuse_gaps(where: str, frame: pd.DataFrame, chosen: Chosen) -> None:
    """Raise a DataError if a value is missing."""
    gaps = frame[[*chosen.numbers, *chosen.texts]].isna()
    for name, n in gaps.sum().items():
        if n:
            raise DataError(
                f"{where}, column '{name}': {n} of {len(frame)} values are missing, the first in "
                f"row {gaps[name].idxmax() + 1}; data.missing=fill fills them"
            )


def _kind(where: str, name: str, column: pd.Series[Any]) -> tuple[str, str]:
    """Return whether it holds a ``number`` or a ``text``, or none, and why it is left out."""
    kind = column.dtype.kind
    if column.isna().all():
        return "", "empty"
    if kind in "mM":
        return "", "dates"
    if kind in "biuf":
        _check_size(where, name, column)
        return "number", "numbers the rows" if _counts(name, column) else ""
    cells = [cell for cell in np.asarray(column, object) if not is_missing(cell)]
    kinds = {type(cell).__name__ for cell in cells}
    if kinds & {"date", "datetime", "Timestamp", "time"}:
        return "", "dates"
    if kinds - {"str", "bool", "int", "float", "bool_", "int64", "float64"}:
        other = min(kinds - {"str", "bool", "int", "float", "bool_", "int64", "float64"})
        raise DataError(
            f"{where}, column '{name}': holds {other}; expected numbers or texts. "
            f"data.exclude=['{name}'] leaves it out"
        )
    found = [text_of(cell) for cell in cells]
    # What is declared as categories is so, and whole numbers may be their names.
    if column.dtype.name != "category":
        if all(map(PLAIN.fullmatch, found)):
            _check_size(where, name, column)
            return "number", ""
        _check_no_numbers(where, name, column)
    different = len(set(found))
    if different > LARGEST:
        return "", f"{different} different texts"
    return "text", f"{different} different texts" if different > max(FEW, len(found) // 2) else ""


def _check_size(where: str, name: str, column: pd.Series[Any]) -> None:
    numbers = numbers_of(column)
    too_large = np.abs(numbers) > LARGEST_NUMBER
    if too_large.any():
        row = int(too_large.argmax())
        raise DataError(
            f"{where}, column '{name}', row {column.index[row] + 1}: holds {numbers[row]:g}, which "
            f"is too large. Mend it, or leave the column out: data.exclude=['{name}']"
        )


def _counts(name: str, column: pd.Series[Any]) -> bool:
    """Return whether it is an ID by its name and by its numbers."""
    if column.dtype.kind not in "iu" or len(column) < FEW or not NUMBERING.fullmatch(name):
        return False
    return bool((column.diff()[1:] == 1).all())


def _check_no_numbers(where: str, name: str, column: pd.Series[Any]) -> None:
    """Raise a DataError for numbers that were read as texts, and name the cell that did it."""
    cells = [(row, text_of(c)) for row, c in column.items() if not is_missing(c)]
    others = [(row, text) for row, text in cells if not PLAIN.fullmatch(text)]
    different = len({text for _, text in cells})
    # Of few different texts, one that occurs again is a category as good as a number.
    most = (1 - ALMOST) * len(cells) if different > FEW else 1
    if len(others) <= most and len(cells) > FEW:
        row, text = others[0]
        raise DataError(
            f"{where}, column '{name}', row {row + 1}: holds {text!r}, and the others are "
            f"numbers. Mend it, or leave the column out: data.exclude=['{name}']"
        )
    dressed = [text for _, text in others if DRESSED.fullmatch(text)]
    if len(dressed) >= ALMOST * len(others):
        raise DataError(
            f"{where}, column '{name}': holds numbers such as {dressed[0]!r}; expected them "
            "without signs such as % and without marks between thousands, and data.decimal before "
            "the fraction"
        )
