"""Tables as text, whatever stands between the cells and wherever they come from."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bpframe.errors import DataError
from bpframe.reading.text import encoding_of, read_beginning

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
# What an option may say for one that the shell eats.
SPELLED = {"\\t": "\t", "tab": "\t", "space": " ", "comma": ",", "semicolon": ";", "point": "."}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
MISSING = {"", "?", "-", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "."}
# The share of lines that another separator must cut better.
CLEARLY = 0.1


class TextForm(NamedTuple):
    """How a table is written as text; None is found out.

    Attributes
    ----------
    separator : str, optional
        What stands between two cells, or its name: tab, comma, semicolon, space.
    decimal : str, optional
        What stands before the fraction of a number, or its name: point, comma.
    encoding : str, optional
        Such as ``utf-8`` or ``latin-1``.
    """

    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None


def read_separated(path: Path, form: TextForm) -> tuple[pd.DataFrame, list[str]]:
    """Return a table and lines on what was found out.

    Raises
    ------
    DataError
        If the text cannot be decoded, or has no columns.
    """
    import pandas as pd

    encoding = form.encoding or encoding_of(path)
    start = read_beginning(path, encoding)
    separator = _separator_of(form) or start.separator or _separator(start.lines)
    rows = _cells(start.lines, separator)
    decimal = _decimal_of(form) or _decimal(rows, separator)
    has_names = not _is_row(rows, decimal)
    names = [name.strip() for name in rows[0]] if has_names else _numbered(len(rows[0]))
    # R's write.table leaves out the name of the row names.
    if has_names and len(rows) > 1 and all(len(row) == len(names) + 1 for row in rows[1:]):
        names = ["", *names]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise DataError(f"{path} has two columns of the name '{twice[0]}'; rename one")
    frame = pd.read_csv(
        path,
        sep=r"\s+" if separator == " " else separator,
        decimal=decimal,
        encoding=encoding,
        skiprows=start.skipped,
        header=0 if has_names else None,
        names=_distinct(names),
        index_col=False,
        skipinitialspace=True,
        na_values=sorted(MISSING),
        # Else a column of many rows may get two types, piece by piece.
        low_memory=False,
    )
    remarks = []
    if separator != "," or decimal != ".":
        remarks.append(
            f"{path.name} has a {SEPARATORS.get(separator, repr(separator))} between its cells"
            + (" and decimal commas" if decimal == "," else "")
            + " (data.separator and data.decimal say otherwise)"
        )
    if not form.encoding and not encoding.startswith("utf-8"):
        remarks.append(f"{path.name} is read as {encoding} (data.encoding says otherwise)")
    if not has_names:
        remarks.append(
            f"{path.name} has no line of names: its columns are called {names[0]} to {names[-1]}"
        )
    return _without_row_names(frame, remarks), remarks


def _separator_of(form: TextForm) -> str | None:
    if form.separator is None:
        return None
    spelled = SPELLED.get(form.separator, form.separator)
    if len(spelled) != 1:
        raise DataError(
            f"data.separator is '{form.separator}'; expected one character, or one of tab, space, "
            "comma and semicolon"
        )
    return spelled


def _decimal_of(form: TextForm) -> str | None:
    if form.decimal is None:
        return None
    spelled = SPELLED.get(form.decimal, form.decimal)
    if spelled not in (".", ","):
        raise DataError(f"data.decimal is '{form.decimal}'; expected point or comma")
    return spelled


def _numbered(n: int) -> list[str]:
    return [str(number) for number in range(1, n + 1)]


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names in which an empty one is `unnamed` and its number."""
    return [name or f"unnamed {number}" for number, name in enumerate(names, 1)]


def _without_row_names(frame: pd.DataFrame, remarks: list[str]) -> pd.DataFrame:
    """Return the table without a first column of no name whose cells are all different."""
    first = str(frame.columns[0])
    if first == "unnamed 1" and len(frame.columns) > 1 and frame[first].is_unique:
        remarks.append("the first column has no name and counts the rows: it is left out")
        return frame.drop(columns=first)
    return frame


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    lines = [line.strip() for line in lines] if separator == " " else lines
    return list(csv.reader(lines, delimiter=separator, skipinitialspace=True))


def _separator(lines: Sequence[str]) -> str:
    """Return what cuts most lines into as many cells as the line of names, at least two."""
    best, most = ",", 0.0
    for separator in SEPARATORS:
        rows = _cells(lines, separator)
        cells, lines_of_it = Counter(len(row) for row in rows).most_common(1)[0]
        share = lines_of_it / len(rows)
        # Decimal commas cut lines as well, but not the line of names.
        if len(rows[0]) > 1 and len(rows[0]) in (cells, cells - 1) and share > most + CLEARLY:
            best, most = separator, share
    return best


def _decimal(rows: Sequence[Sequence[str]], separator: str) -> str:
    cells = [cell.strip() for row in rows[1:] for cell in row]
    with_commas = sum(bool(COMMA_NUMBER.fullmatch(cell)) for cell in cells)
    with_points = sum("." in cell and bool(NUMBER.fullmatch(cell)) for cell in cells)
    return "," if separator != "," and with_commas > with_points else "."


def _is_row(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Return whether the first line is one of the rows, and no line of names.

    It is if it has a fraction in it, or numbers alone, or a number that its own column has again:
    a year that is the name of a column is none of these.
    """
    numbers = [
        (place, cell) for place, cell in enumerate(rows[0]) if cell and _is_number(cell, decimal)
    ]
    return (0 < len(numbers) == len(rows[0])) or any(
        decimal in cell or any(len(row) > place and row[place] == cell for row in rows[1:])
        for place, cell in numbers
    )


def _is_number(cell: str, decimal: str) -> bool:
    text = cell.strip().replace(decimal, ".")
    return text in MISSING or bool(NUMBER.fullmatch(text))
