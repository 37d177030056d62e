"""Samples of one's own, from the columns of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bpframe import Data, Dataset, Split, TextForm, check_scale, read_table, read_targets
from bpframe.errors import DataError, did_you_mean
from bpframe_data.division import check_fractions, divide
from bpframe_data.files import user_path
from bpframe_data.table_columns import choose, fit

if TYPE_CHECKING:
    import pandas as pd

FILL, REFUSE = "fill", "refuse"


@dataclass(frozen=True)
class Table(Dataset):
    """Your own samples, from a table: CSV, TSV, Parquet, Excel or JSON, a row a sample.

    Numbers are standardised, unless `scale` says otherwise; each text of a column of texts becomes
    an input, 1 or 0; missing values are filled. All that is fit on the rows to train with. Dates,
    empty columns, and texts of which most are different, such as names, are left out, and a line
    of the run says so. So does one for the target: texts are classes, and so are whole numbers if
    they are few.

    Parameters
    ----------
    path : str
        The file; ``~`` is your home. It may be packed, as .csv.gz is. It must be given.
    target : str or list of str
        The column to learn; several columns are values. It must be given.
    features : list of str
        The columns to learn from; all others if left out.
    exclude : list of str
        Columns that are left out.
    task : str
        ``classification`` or ``regression`` says what the target is; ``auto`` finds out.
    missing : str
        ``fill`` puts the median of a column of numbers, and the most frequent one of texts, where
        a value is missing; ``refuse`` ends with an error. Rows without a target are left out.
    weights : str, optional
        A column that says how much each row counts in the cost.
    separator, decimal, encoding : str, optional
        Of a file of text: what stands between two cells (``tab`` and ``space`` have names), what
        stands before a fraction, and such as ``latin-1``. What is left out is found out.
    validation_fraction, test_fraction : float
        Shares of the rows that are taken off, each class in its share, drawn anew for each seed.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with, or there is no such
        `missing`.
    """

    path: str | None = None
    target: Any = None
    features: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    task: str = "auto"
    missing: str = FILL
    weights: str | None = None
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)
        if self.missing not in (FILL, REFUSE):
            raise ValueError(f"missing is {self.missing!r}; it must be '{FILL}' or '{REFUSE}'")
        if self.decimal not in (None, ".", ","):
            raise ValueError(f"decimal is {self.decimal!r}; it must be '.' or ','")

    def load(self, rng: np.random.Generator) -> Data:
        """Return the samples: x of shape (n, n_1), scaled; y of shape (n,) or (n, n_L).

        Raises
        ------
        DataError
            If the file cannot be read, or its columns cannot be used.
        """
        if self.path is None:
            raise DataError(
                "data 'table' needs a file and a column: data.path=FILE.csv data.target=COLUMN"
            )
        check_scale(self.scale)
        path = user_path(self.path)
        table = read_table(path, TextForm(self.separator, self.decimal, self.encoding))
        targets_of = self._targets(path, table.frame)
        frame, remarks = _with_targets(table.frame, targets_of, path)
        remarks = table.remarks + remarks
        name = ", ".join(targets_of)
        where = f"{path}, {name}"
        targets = read_targets({where: _array(frame, targets_of)}, name, self.task, targets_of)
        chosen = choose(str(path), table.frame[self._features(path, frame, targets_of)])
        if not chosen.numbers and not chosen.texts:
            raise DataError(f"{path} has no column to learn from. {' '.join(chosen.remarks)}")
        whole = Split(
            np.arange(len(frame), dtype=float)[:, np.newaxis],
            targets.y[where],
            self._weights(frame),
        )
        parts = divide(whole, self.validation_fraction, self.test_fraction, rng)
        of_parts = [part.x[:, 0].astype(int) for part in parts]
        columns = fit(
            str(path),
            frame.iloc[of_parts[0]],
            chosen,
            scale="standard" if self.scale == "auto" else self.scale,
            fills=self.missing == FILL,
        )
        x = columns.prepare(frame)
        splits = [Split(x[rows], p.y, p.weights) for rows, p in zip(of_parts, parts, strict=True)]
        return targets.data(
            path.name.partition(".")[0],
            splits,
            remarks=[*remarks, *chosen.remarks],
            inputs=columns,
        )

    def prepared(self, rng: np.random.Generator) -> Data:
        # What a column of texts became is no number to scale.
        return self.load(rng)

    def _targets(self, path: Path, frame: pd.DataFrame) -> list[str]:
        known = [str(name) for name in frame.columns]
        if self.target is None or self.target == []:
            raise DataError(
                f"data.target is not given: data.target=COLUMN names the column of {path} to "
                f"learn; it has {_listed(known)}"
            )
        given = self.target if isinstance(self.target, list) else [self.target]
        return _columns(path, "data.target", [str(name) for name in given], known)

    def _features(self, path: Path, frame: pd.DataFrame, targets: list[str]) -> list[str]:
        known = [str(name) for name in frame.columns]
        out = {*targets, *_columns(path, "data.exclude", self.exclude, known)}
        if self.weights is not None:
            out |= {*_columns(path, "data.weights", [self.weights], known)}
        asked = _columns(path, "data.features", self.features, known)
        if both := [name for name in asked if name in out]:
            raise DataError(
                f"data.features has '{both[0]}', which is the target, the weights or excluded"
            )
        return asked or [name for name in known if name not in out]

    def _weights(self, frame: pd.DataFrame) -> npt.NDArray[np.float64] | None:
        if self.weights is None:
            return None
        try:
            weights: npt.NDArray[np.float64] = frame[self.weights].to_numpy(np.float64)
        except (TypeError, ValueError):
            raise DataError(f"data.weights: column '{self.weights}' holds no numbers") from None
        return weights


def _columns(path: Path, option: str, names: list[str], known: list[str]) -> list[str]:
    for name in names:
        if name not in known:
            raise DataError(
                f"{option} is '{name}', and {path} has no such column; it has {_listed(known)}."
                + did_you_mean(name, known)
            )
    return names


def _listed(names: list[str], most: int = 30) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _with_targets(
    frame: pd.DataFrame, targets: list[str], path: Path
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows that have a target, and a line if others have none."""
    has = frame[targets].notna().all(axis=1)
    if has.all():
        return frame, []
    if not has.any():
        raise DataError(f"{path}: no row has a value of {', '.join(targets)}, which is the target")
    lost = int((~has).sum())
    return frame[has], [f"left out: {lost} of {len(frame)} rows, which have no target"]


def _array(frame: pd.DataFrame, targets: list[str]) -> npt.NDArray[Any]:
    if len(targets) > 1:
        return np.column_stack([np.asarray(frame[name]) for name in targets])
    column = frame[targets[0]]
    # Categories and texts of pandas' own are objects for NumPy.
    return np.asarray(column, object if column.dtype.kind not in "biuf" else None)
