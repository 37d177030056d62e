"""What becomes of the columns of a table: fit on the rows to train with, by scikit-learn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe import Column, Columns, Scaling, is_missing
from bpframe.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

# So many different texts are few; of more, at most half may be different.
FEW = 20
LARGEST = 1000
# A column in which almost all cells are numbers is one of numbers.
ALMOST = 0.9
DRESSED = re.compile(r"[$€£]?\s*[+-]?\d{1,3}([,.' ]?\d{3})*([.,]\d+)?\s*[%$€£]?")


class Chosen(NamedTuple):
    """The columns that a network gets, and why others are left out."""

    numbers: list[str]
    texts: list[str]
    remarks: list[str]


def choose(where: str, frame: pd.DataFrame) -> Chosen:
    """Return which columns are numbers and which are texts, each in the table's order.

    Dates, empty columns, and texts that tell single rows from each other are left out.

    Raises
    ------
    DataError
        If a cell among numbers is none, or a cell holds anything but a number, a text or a date.
    """
    import pandas as pd

    numbers, texts, left = [], [], []
    for name in map(str, frame.columns):
        column = frame[name]
        if column.isna().all():
            left.append(f"{name} (empty)")
        elif pd.api.types.is_datetime64_any_dtype(column) or column.dtype.kind in "mM":
            left.append(f"{name} (dates)")
        elif pd.api.types.is_numeric_dtype(column):
            numbers.append(name)
        elif why := _why_not(where, name, column):
            left.append(f"{name} ({why})")
        else:
            texts.append(name)
    remarks = []
    if left:
        remarks = [f"left out: {', '.join(left)} (data.features=[NAME,…] says what is taken)"]
    return Chosen(numbers, texts, remarks)


def _why_not(where: str, name: str, column: pd.Series[Any]) -> str:
    """Return why a column of texts says nothing about other rows; nothing if it may."""
    cells = [cell for cell in np.asarray(column, object) if not is_missing(cell)]
    kinds = {type(cell).__name__ for cell in cells} - {"str", "bool", "int", "float"}
    if kinds & {"date", "datetime", "Timestamp", "time"}:
        return "dates"
    if kinds - {"bool_", "int64", "float64"}:
        raise DataError(
            f"{where}, column '{name}': holds {sorted(kinds)[0]}; expected numbers or texts. "
            f"data.exclude=['{name}'] leaves it out"
        )
    found = [str(cell) for cell in cells]
    different = len(set(found))
    if different > FEW:
        _check_no_numbers(where, name, np.asarray(column, object), found)
    if different > max(FEW, len(found) // 2) or different > LARGEST:
        return f"{different} different texts"
    return ""


def _check_no_numbers(where: str, name: str, cells: npt.NDArray[Any], found: Sequence[str]) -> None:
    """Raise a DataError for numbers that were read as texts, and name the cell that did it."""
    plain = [_is_plain(text) for text in found]
    if sum(plain) >= ALMOST * len(found):
        row, cell = next(
            (row, cell)
            for row, cell in enumerate(cells, 1)
            if not is_missing(cell) and not _is_plain(str(cell))
        )
        raise DataError(
            f"{where}, column '{name}', row {row}: holds {str(cell)!r}, and the others are "
            f"numbers. Mend it, or leave the column out: data.exclude=['{name}']"
        )
    if sum(bool(DRESSED.fullmatch(text)) for text in found) >= ALMOST * len(found):
        raise DataError(
            f"{where}, column '{name}': holds numbers such as {found[0]!r}; expected them without "
            "signs and spaces, with one mark before the fraction (data.decimal)"
        )


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def fit(where: str, frame: pd.DataFrame, chosen: Chosen, *, scale: str, fills: bool) -> Columns:
    """Return what makes inputs of rows, fit on those to train with.

    Parameters
    ----------
    where : str
        The beginning of an error.
    frame : pandas.DataFrame
        The rows to train with.
    chosen : Chosen
        The columns that are taken.
    scale : str
        ``standard``, ``minmax`` or ``none``, for numbers; ones and zeros of texts stay.
    fills : bool
        Whether missing values are filled: by the median of numbers, and the most frequent text.

    Raises
    ------
    DataError
        If a column has no value to train with.
    """
    for name in (*chosen.numbers, *chosen.texts):
        if frame[name].isna().all():
            raise DataError(
                f"{where}, column '{name}': holds no value in the rows to train with; "
                f"data.exclude=['{name}'] leaves it out"
            )
    numbers = _numbers(frame, chosen.numbers)
    medians = _medians(numbers) if fills else [None] * len(chosen.numbers)
    columns = {n: Column(n, None, m) for n, m in zip(chosen.numbers, medians, strict=True)}
    columns |= {name: _text(frame, name, fills) for name in chosen.texts}
    ordered = tuple(columns[str(name)] for name in frame.columns if str(name) in columns)
    scaling = _scaling(ordered, frame, chosen.numbers, scale)
    return Columns(ordered, scalings=scaling)


def _numbers(frame: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float64]:
    return np.column_stack(
        [frame[name].to_numpy(np.float64, na_value=np.nan) for name in names]
        or [np.empty((len(frame), 0))]
    )


def _medians(numbers: npt.NDArray[np.float64]) -> list[float]:
    if not numbers.shape[1]:
        return []
    from sklearn.impute import SimpleImputer  # type: ignore[import-untyped]

    medians: list[float] = SimpleImputer(strategy="median").fit(numbers).statistics_.tolist()
    return medians


def _text(frame: pd.DataFrame, name: str, fills: bool) -> Column:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder  # type: ignore[import-untyped]

    cells = np.array(
        [[None if is_missing(cell) else str(cell)] for cell in np.asarray(frame[name], object)],
        object,
    )
    imputer = SimpleImputer(strategy="most_frequent", missing_values=None).fit(cells)
    known = cells[[cell is not None for cell in cells[:, 0]]]
    encoder = OneHotEncoder().fit(known)
    categories = tuple(str(category) for category in encoder.categories_[0])
    return Column(name, categories, str(imputer.statistics_[0]) if fills else None)


def _scaling(
    columns: Sequence[Column], frame: pd.DataFrame, numbers: Sequence[str], scale: str
) -> tuple[Scaling, ...]:
    """Return the scaling of the encoded columns: none of those of texts."""
    if scale == "none" or not numbers:
        return ()
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    x = np.hstack([c.encode(frame[c.name]) for c in columns if c.categories is None])
    if scale == "minmax":
        fitted = MinMaxScaler().fit(x)
        subtract, divide = fitted.data_min_, fitted.data_max_ - fitted.data_min_
        divide = np.where(divide == 0, 1, divide)
    else:
        fitted = StandardScaler().fit(x)
        subtract, divide = fitted.mean_, fitted.scale_
    own = iter(zip(subtract.tolist(), divide.tolist(), strict=True))
    pairs = [
        pair
        for column in columns
        for pair in (
            [next(own)] if column.categories is None else [(0.0, 1.0)] * len(column.categories)
        )
    ]
    return (Scaling(tuple(s for s, _ in pairs), tuple(d for _, d in pairs)),)
