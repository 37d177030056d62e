"""The rows of a table that have a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe import Columns, TextForm, read_table, text_of
from bpframe.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

FROM_THE_END = re.compile(r"-[1-9]\d*")
# So many names of columns are listed.
MOST = 30


class Rows(NamedTuple):
    """The rows of a file.

    Attributes
    ----------
    where : str
        The file, the beginning of an error.
    frame : pandas.DataFrame
        Those that have a target, under the index of the file.
    targets : list of str
        The columns to learn.
    y : array, shape (n,), or (n, n_L) for several columns
        What they hold.
    weighing : str or None
        The column of the weights.
    weights : array, shape (n,), or None
        What it holds.
    remarks : list of str
        What was found out, and how many rows have no target.
    """

    where: str
    frame: pd.DataFrame
    targets: list[str]
    y: npt.NDArray[Any]
    weighing: str | None
    weights: npt.NDArray[np.float64] | None
    remarks: list[str]

    def prepare(self, columns: Columns) -> npt.NDArray[Any]:
        """Return the inputs of these rows, which are not those that the columns are fit on."""
        try:
            return columns.prepare(self.frame)
        except DataError as error:
            raise DataError(f"{self.where}: {error}") from None


def read_rows(path: Path, form: TextForm, target: Any, weighing: str | None) -> Rows:
    """Return the rows of a table.

    Raises
    ------
    DataError
        If the file cannot be read, has no such columns, or no row has a target.
    """
    frame, remarks = read_table(path, form)
    known = [str(name) for name in frame.columns]
    if target is None or target == []:
        raise DataError(
            f"data.target is not given: data.target=COLUMN names the column of {path} to "
            f"learn; it has {_listed(known)}"
        )
    given = target if isinstance(target, list) else [target]
    targets = column_names(str(path), "data.target", [str(name) for name in given], known)
    has = frame[targets].notna().all(axis=1)
    if not has.any():
        raise DataError(f"{path}: no row has a value of {', '.join(targets)}, which is the target")
    if lost := int((~has).sum()):
        remarks = [
            *remarks,
            f"left out: {lost} of {len(frame)} rows of {path.name}, which have no target",
        ]
        frame = frame[has]
    if weighing is not None:
        (weighing,) = column_names(str(path), "data.weights", [str(weighing)], known)
    weights = None if weighing is None else _weights(path, frame, weighing)
    y = _target_values(path, frame, targets)
    return Rows(str(path), frame, targets, y, weighing, weights, remarks)


def column_names(where: str, option: str, names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return names of columns, where -1 may stand for the last one.

    Raises
    ------
    DataError
        If there is no such column, or one is named twice.
    """
    found: list[str] = []
    for given in names:
        name = str(given)
        is_place = name not in known and FROM_THE_END.fullmatch(name)
        if is_place and -int(name) <= len(known):
            name = known[int(name)]
        if name not in known:
            raise DataError(
                f"{option} is '{name}', and {where} has no such column; it has {_listed(known)}."
                + did_you_mean(name, known)
            )
        if name in found:
            raise DataError(f"{option} names '{name}' twice")
        found.append(name)
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _weights(path: Path, frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    try:
        weights: npt.NDArray[np.float64] = frame[name].to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError(f"data.weights: column '{name}' of {path} holds no numbers") from None
    return weights


def _target_values(path: Path, frame: pd.DataFrame, targets: list[str]) -> npt.NDArray[Any]:
    """Return numbers as they are, and else texts: a label may be any cell."""
    columns = [_cells(path, frame[name]) for name in targets]
    if len(columns) == 1:
        return columns[0]
    for name, cells in zip(targets, columns, strict=True):
        if cells.dtype.kind not in "biuf":
            raise DataError(
                f"{path}, column '{name}': holds texts; several targets are values, and must be "
                "numbers"
            )
    return np.column_stack(columns)


def _cells(path: Path, column: pd.Series[Any]) -> npt.NDArray[Any]:
    if column.dtype.kind in "mM":
        raise DataError(
            f"{path}, column '{column.name}': holds dates; a target is numbers or texts"
        )
    if column.dtype.kind in "biuf":
        # Also where gaps, which are gone here, gave the column a type of pandas' own.
        return np.asarray(column.to_numpy(getattr(column.dtype, "numpy_dtype", column.dtype)))
    cells = np.asarray(column, object).tolist()
    if all(isinstance(cell, bool | int | float | np.number | np.bool_) for cell in cells):
        return np.array(cells)
    return np.array([text_of(cell) for cell in cells])
