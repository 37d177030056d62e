"""Tables as text, whatever stands between the cells and wherever they come from."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from bpframe.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
# What an option may say for one that the shell eats.
SPELLED = {"\\t": "\t", "tab": "\t", "space": " ", "comma": ",", "semicolon": ";"}
LINES, BYTES = 200, 2**20
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
MISSING = {"", "?", "-", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "."}


class TextForm(NamedTuple):
    """How a table is written as text; None is found out.

    Attributes
    ----------
    separator : str, optional
        What stands between two cells, or its name: tab, comma, semicolon, space.
    decimal : str, optional
        What stands before the fraction of a number: ``.`` or ``,``.
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

    encoding = form.encoding or _encoding(path)
    lines = _first_lines(path, encoding)
    separator = SPELLED.get(form.separator or "", form.separator) or _separator(lines)
    rows = _cells(lines, separator)
    decimal = form.decimal or _decimal(rows, separator)
    heads = rows[0]
    has_names = not _is_row(rows, decimal)
    # R's write.table leaves out the name of the row names.
    has_row_names = has_names and len(rows) > 1 and all(len(r) == len(heads) + 1 for r in rows[1:])
    names = [name.strip() for name in heads] if has_names else _numbered(len(heads))
    if has_row_names:
        names = ["", *names]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        raise DataError(f"{path} has two columns of the name '{twice[0]}'; rename one")
    frame = pd.read_csv(
        path,
        sep=r"\s+" if separator == " " else separator,
        decimal=decimal,
        encoding=encoding,
        header=None,
        skiprows=1 if has_names else 0,
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
    if not has_names:
        remarks.append(
            f"{path.name} has no line of names: its columns are called {names[0]} to {names[-1]}"
        )
    return _without_row_names(frame, remarks), remarks


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


def _open(path: Path) -> IO[bytes]:
    match path.suffix.lower():
        case ".gz":
            return cast("IO[bytes]", gzip.open(path))
        case ".bz2":
            return cast("IO[bytes]", bz2.open(path))
        case ".xz":
            return cast("IO[bytes]", lzma.open(path))
        case ".zip":
            archive = zipfile.ZipFile(path)
            return archive.open(archive.namelist()[0])
    return path.open("rb")


def _start(path: Path) -> bytes:
    with _open(path) as file:
        return file.read(BYTES)


def _encoding(path: Path) -> str:
    """Return the encoding of a text: that of its mark, UTF-8, or that of Windows."""
    start = _start(path)
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in start:
        raise DataError(f"{path} is no text: it holds bytes of 0")
    try:
        # A piece may end in the middle of a character.
        start.decode("utf-8") if len(start) < BYTES else start[:-4].decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 8:
            return "cp1252"
    return "utf-8"


def _first_lines(path: Path, encoding: str) -> list[str]:
    start = _start(path)
    try:
        text = start.decode(encoding, "strict" if len(start) < BYTES else "ignore")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(f"{path} cannot be read with data.encoding={encoding}: {error}") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise DataError(f"{path} is empty; expected a line of names and rows below it")
    # The last one may be cut off.
    return lines[: min(LINES, max(1, len(lines) - (len(start) == BYTES)))]


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    lines = [line.strip() for line in lines] if separator == " " else lines
    return list(csv.reader(lines, delimiter=separator, skipinitialspace=True))


def _separator(lines: Sequence[str]) -> str:
    """Return what cuts most lines into the same number of cells, at least two."""
    best, most = ",", (0.0, 0)
    for separator in SEPARATORS:
        counts = Counter(len(row) for row in _cells(lines, separator))
        cells, lines_of_it = counts.most_common(1)[0]
        # Decimal commas cut lines as well, but not the line of names.
        names = len(_cells(lines[:1], separator)[0])
        score = (lines_of_it / len(lines) - (names not in (cells, cells - 1)), cells)
        if cells > 1 and score[0] > most[0] + 0.1:
            best, most = separator, score
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
