"""How the columns of a table become numbers: fit on the rows to train with, by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bpframe import Column, Columns, Scaling, is_missing, text_of
from bpframe.errors import DataError
from bpframe_data.table_columns import Chosen, numbers_of

if TYPE_CHECKING:
    import pandas as pd

# Of 64 bits, in a sum of many numbers.
ROUNDING = 1e-14


def fit(where: str, frame: pd.DataFrame, chosen: Chosen, scale: str, *, fills: bool) -> Columns:
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
        Whether a missing value is filled: by the median of numbers, or the most frequent text.

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
    medians = _medians([numbers_of(frame[name]) for name in chosen.numbers])
    columns = {n: Column(n, None, m) for n, m in zip(chosen.numbers, medians, strict=True)}
    columns |= {name: _text(name, frame[name]) for name in chosen.texts}
    ordered = tuple(columns[str(name)] for name in frame.columns if str(name) in columns)
    if not fills:
        ordered = tuple(replace(column, fill=None) for column in ordered)
    return Columns(ordered, scalings=_scaling(ordered, frame, scale))


def _medians(numbers: Sequence[npt.NDArray[np.float64]]) -> list[float]:
    if not numbers:
        return []
    from sklearn.impute import SimpleImputer

    imputer = SimpleImputer(strategy="median").fit(np.column_stack(numbers))
    medians: list[float] = imputer.statistics_.tolist()
    return medians


def _text(name: str, column: pd.Series[str]) -> Column:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    cells = np.array(
        [[None if is_missing(cell) else text_of(cell)] for cell in np.asarray(column, object)],
        object,
    )
    imputer = SimpleImputer(strategy="most_frequent", missing_values=None).fit(cells)
    encoder = OneHotEncoder().fit(cells[[cell is not None for cell in cells[:, 0]]])
    categories = tuple(str(category) for category in encoder.categories_[0])
    return Column(name, categories, str(imputer.statistics_[0]))


def _scaling(columns: Sequence[Column], frame: pd.DataFrame, scale: str) -> tuple[Scaling, ...]:
    """Return the scaling of the encoded columns: none of those of texts."""
    numbers = [column for column in columns if column.categories is None]
    if scale == "none" or not numbers:
        return ()
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    x = np.hstack([column.encode(frame[column.name]) for column in numbers])
    if scale == "minmax":
        fitted = MinMaxScaler().fit(x)
        subtract, divide = fitted.data_min_, fitted.data_max_ - fitted.data_min_
    else:
        fitted = StandardScaler().fit(x)
        subtract, divide = fitted.mean_, fitted.scale_
    # Of numbers that differ by rounding alone, the differences are none.
    same = np.ptp(x, axis=0) <= ROUNDING * np.abs(x).max(axis=0)
    divide = np.where(same, np.maximum(1, np.abs(subtract)), divide)
    own = iter(zip(subtract.tolist(), divide.tolist(), strict=True))
    pairs = [
        pair
        for column in columns
        for pair in (
            [next(own)] if column.categories is None else [(0.0, 1.0)] * len(column.categories)
        )
    ]
    return (Scaling(tuple(s for s, _ in pairs), tuple(d for _, d in pairs)),)
