"""The columns of tables, as inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import REAL_NUMBERS
from bpframe.core.arrays import Array
from bpframe.core.inputs import Inputs, count_values
from bpframe.errors import DataError


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        Its name.
    categories : tuple of str or None
        The texts that it may hold, each of which becomes a number, 1 or 0; None for numbers.
    fill : float, str or None
        What stands in for a missing value; None if none may be missing.
    """

    name: str
    categories: tuple[str, ...] | None = None
    fill: float | str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers that it becomes."""
        if self.categories is None:
            return (self.name,)
        return tuple(f"{self.name}={category}" for category in self.categories)

    def encode(self, values: Any) -> Array:
        """Return its values as numbers, float64, shape (n, numbers); unknown texts become zeros.

        Raises
        ------
        bpframe.errors.DataError
            If a value is missing and must not be, or is no number and must be one.
        """
        array = np.asarray(values)
        if self.categories is None and array.dtype.kind in REAL_NUMBERS:
            numbers = array.astype(np.float64)
            missing = np.isnan(numbers)
            self._check_complete(missing)
            if missing.any():
                numbers[missing] = self.fill
            return self._finite(numbers)
        # Object arrays keep what each cell is, also where a library has types of its own.
        cells = np.asarray(values, object)
        missing = np.array([is_missing(cell) for cell in cells], bool)
        self._check_complete(missing)
        if self.categories is None:
            return self._finite(self._numbers(cells, missing))
        places = {category: place for place, category in enumerate(self.categories)}
        pairs = zip(cells, missing, strict=True)
        texts = [str(self.fill) if gone else text_of(cell) for cell, gone in pairs]
        found = np.array([places.get(text, -1) for text in texts], int)
        one_hot: Array = np.zeros((len(cells), len(places)))
        known = found >= 0
        one_hot[known, found[known]] = 1
        return one_hot

    def _check_complete(self, missing: npt.NDArray[np.bool_]) -> None:
        if missing.any() and self.fill is None:
            raise DataError(
                f"column '{self.name}': {count_values(missing)} missing, the first in row "
                f"{missing.argmax() + 1}; expected a value in every row"
            )

    def _numbers(self, cells: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> Array:
        numbers: Array = np.empty(len(cells))
        for i, (cell, gone) in enumerate(zip(cells, missing, strict=True)):
            try:
                numbers[i] = self.fill if gone else cell
            except (TypeError, ValueError):
                raise DataError(
                    f"column '{self.name}', row {i + 1}: holds {cell!r}; expected a number"
                ) from None
        return numbers

    def _finite(self, numbers: Array) -> Array:
        if not np.isfinite(numbers).all():
            row = np.isfinite(numbers).argmin() + 1
            raise DataError(
                f"column '{self.name}', row {row}: holds an infinite number; all must be finite"
            )
        return numbers[:, np.newaxis]


@dataclass(frozen=True)
class Columns(Inputs):
    """Tables: a mapping of names to the values of a column, such as a pandas DataFrame.

    Parameters
    ----------
    columns : tuple of Column
        In the order of their numbers.
    """

    columns: tuple[Column, ...]

    @property
    def n_1(self) -> int:
        """Numbers of an input."""
        return len(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each number: the column's, or ``column=category``."""
        return tuple(name for column in self.columns for name in column.names)

    def encode(self, samples: Any) -> Array:
        """Return the rows of a table as numbers, float64, shape (n, n_1).

        Columns of other names are left alone.
        """
        self._check(samples)
        return np.hstack([column.encode(samples[column.name]) for column in self.columns])

    def _check(self, samples: Any) -> None:
        if not hasattr(samples, "keys"):
            raise DataError(
                f"samples are of the type {type(samples).__name__}; expected a table: a pandas "
                "DataFrame, or a dictionary of columns"
            )
        held = [*map(str, samples.keys())]
        if absent := [column.name for column in self.columns if column.name not in held]:
            raise DataError(f"the table lacks {_listed(absent)}; it holds {_listed(held)}")


def is_missing(cell: object) -> bool:
    """Return whether a cell of a table is empty: None, NaN, or what pandas has for them."""
    if isinstance(cell, str):
        return False
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, float | np.floating) and bool(np.isnan(cell))


def text_of(cell: object) -> str:
    """Return a cell of a column of texts as a text; 1.0 is 1, which a gap in its column made so."""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell).strip()


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:10])
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")
