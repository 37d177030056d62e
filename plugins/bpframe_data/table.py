"""Samples of one's own, from the columns of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpframe import (
    Data,
    Dataset,
    Split,
    TextForm,
    check_memory,
    check_scale,
    read_targets,
)
from bpframe.errors import DataError
from bpframe_data.division import check_fractions, divide
from bpframe_data.files import user_path
from bpframe_data.table_columns import Chosen, choose, refuse_gaps
from bpframe_data.table_fit import fit
from bpframe_data.table_rows import Rows, column_names, read_rows
from bpframe_data.target_scale import STANDARD, check_target_scale

FILL, REFUSE = "fill", "refuse"


@dataclass(frozen=True)
class Table(Dataset):
    """Your own samples, from a table: CSV, TSV, Parquet, Excel or JSON, a row a sample.

    Numbers are standardised, unless `scale` says otherwise; each text of a column of texts becomes
    an input, 1 or 0; missing values are filled. All that is fit on the rows to train with. Dates,
    empty columns, columns that number the rows, and texts of which most are different, such as
    names, are left out, and a line of the run says so. So does one for the target: texts are
    classes, and so are whole numbers if they are few. Columns have their names, or are counted
    from the end: -1 is the last one.

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
    target_scale : str
        ``standard`` has the network learn values with the mean 0 and the deviation 1, and gives
        figures in their own units; ``none`` leaves them as they are.
    missing : str
        ``fill`` puts the median of a column of numbers, and the most frequent one of texts, where
        a value is missing; ``refuse`` ends with an error. Rows without a target are left out.
    weights : str, optional
        A column that says how much each row counts in the cost.
    separator, decimal, encoding : str, optional
        Of a file of text: what stands between two cells, a character or ``tab``, ``space``,
        ``comma`` or ``semicolon``; what stands before a fraction, ``point`` or ``comma``; and such
        as ``latin-1``. What is left out is found out.
    validation_path, test_path : str, optional
        Files of their own with validation and test rows, in the same columns.
    validation_fraction, test_fraction : float
        Shares of the rows that are taken off, each class in its share, drawn anew for each seed;
        without effect on splits that have a file.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with, or there is no such
        `missing` or `target_scale`.
    """

    path: str | None = None
    target: Any = None
    features: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    task: str = "auto"
    target_scale: str = STANDARD
    missing: str = FILL
    weights: str | None = None
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    validation_path: str | None = None
    test_path: str | None = None
    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)
        check_target_scale(self.target_scale)
        if self.missing not in (FILL, REFUSE):
            raise ValueError(f"missing is {self.missing!r}; it must be '{FILL}' or '{REFUSE}'")

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
        paths = {"train": self.path, "validation": self.validation_path, "test": self.test_path}
        files = {split: self._read(path) for split, path in paths.items() if path is not None}
        rows = files["train"]
        chosen = self._choose(rows)
        if self.missing == REFUSE:
            for file in files.values():
                refuse_gaps(file.where, file.frame, chosen)
        name = ", ".join(rows.targets)
        y_of = {f"{file.where}, {name}": file.y for file in files.values()}
        targets = read_targets(y_of, name, self.task, rows.targets)
        numbers = np.arange(len(rows.frame), dtype=float)[:, np.newaxis]
        parts = divide(
            Split(numbers, targets.y[f"{rows.where}, {name}"], rows.weights),
            0 if "validation" in files else self.validation_fraction,
            0 if "test" in files else self.test_fraction,
            rng,
        )
        of_parts = [part.x[:, 0].astype(int) for part in parts]
        scale = "standard" if self.scale == "auto" else self.scale
        fills = self.missing == FILL
        columns = fit(rows.where, rows.frame.iloc[of_parts[0]], chosen, scale, fills=fills)
        # Once as they are encoded, and once as they are scaled.
        check_memory(16 * len(rows.frame) * columns.n_1, f"the {columns.n_1} inputs of each row")
        x = columns.prepare(rows.frame)
        splits = [Split(x[own], p.y, p.weights) for own, p in zip(of_parts, parts, strict=True)]
        for place, split in enumerate(("validation", "test"), 1):
            if split in files:
                x = files[split].prepare(columns)
                splits[place] = Split(x, targets.y[f"{files[split].where}, {name}"])
        remarks = [remark for file in files.values() for remark in file.remarks]
        return targets.data(
            user_path(self.path).name.partition(".")[0],
            splits,
            standardise=self.target_scale == STANDARD,
            remarks=[*remarks, *chosen.remarks],
            inputs=columns,
        )

    def prepared(self, rng: np.random.Generator) -> Data:
        # What a column of texts became is no number to scale.
        return self.load(rng)

    def _read(self, path: str) -> Rows:
        form = TextForm(self.separator, self.decimal, self.encoding)
        return read_rows(user_path(path), form, self.target, self.weights)

    def _choose(self, rows: Rows) -> Chosen:
        known = [str(name) for name in rows.frame.columns]
        used = {*rows.targets, *([rows.weighing] if rows.weighing else [])}
        out = used.union(column_names(rows.where, "data.exclude", self.exclude, known))
        asked = column_names(rows.where, "data.features", self.features, known)
        if both := [name for name in asked if name in out]:
            raise DataError(
                f"data.features has '{both[0]}', which is the target, the weights or excluded"
            )
        names = asked or [name for name in known if name not in out]
        chosen = choose(rows.where, rows.frame[names], must=bool(asked))
        if not chosen.numbers and not chosen.texts:
            raise DataError(
                " ".join((f"{rows.where} has no column to learn from", *chosen.remarks))
            )
        return chosen
