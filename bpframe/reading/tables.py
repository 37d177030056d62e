"""Tables from files of any usual kind, as pandas DataFrames."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bpframe.errors import DataError
from bpframe.reading.separated import TextForm, read_separated

if TYPE_CHECKING:
    import pandas as pd

PACKED = (".gz", ".bz2", ".xz", ".zip", ".zst")
KINDS = {
    ".csv": "text",
    ".tsv": "text",
    ".tab": "text",
    ".txt": "text",
    ".data": "text",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
EXPECTED = "a table: .csv, .tsv, .txt, .parquet, .xlsx, .json or .jsonl"
# Files of arrays, and what reads them.
ARRAYS = (".npz", ".npy", ".mat")


class Table(NamedTuple):
    """A table, and what was found out about its file.

    Attributes
    ----------
    frame : pandas.DataFrame
        Its columns have texts as names, all different; a missing cell is None or NaN.
    remarks : list of str
        Lines for people, such as which separator it has.
    """

    frame: pd.DataFrame
    remarks: list[str]


def read_table(path: Path, form: TextForm | None = None) -> Table:
    """Return the table in a file.

    Parameters
    ----------
    path : pathlib.Path
        The file; its name says what it is, or else its first bytes.
    form : TextForm, optional
        How a file of text is written, as far as it is known.

    Raises
    ------
    DataError
        If there is no such file, or it is damaged, or no table.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise DataError(f"{path} {what}; expected {EXPECTED}")
    kind = kind_of(path)
    read = {"text": _text, "parquet": _parquet, "excel": _excel, "json": _json}[kind]
    # The libraries behind these readers raise whatever they like.
    try:
        table = read(path, form or TextForm())
    except DataError:
        raise
    except Exception as error:
        message = str(error).strip().splitlines() or [type(error).__name__]
        # pandas' own words for lines of too many cells.
        what = message[0].removeprefix("Error tokenizing data. C error: ")
        form_of = {"text": "a table of text", "json": "JSON"}.get(kind, kind.capitalize())
        raise DataError(f"{path} cannot be read as {form_of}: {what}") from None
    return Table(_named(path, table.frame), table.remarks)


def kind_of(path: Path) -> str:
    """Return what a file is: ``text``, ``parquet``, ``excel`` or ``json``."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if suffix in ARRAYS:
        raise DataError(f"{path} is a file of arrays: data=arrays data.path={path}")
    if suffix in KINDS:
        return KINDS[suffix]
    with path.open("rb") as file:
        start = file.read(64).lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "excel"
    return "json" if start[:1] in (b"{", b"[") else "text"


def _text(path: Path, form: TextForm) -> Table:
    return Table(*read_separated(path, form))


def _parquet(path: Path, form: TextForm) -> Table:
    import pandas as pd

    frame = pd.read_parquet(path)
    # Of a type of databases, which is an object for NumPy.
    decimals = [
        name
        for name, column in frame.items()
        if column.dtype.kind == "O" and column.map(type).isin([Decimal, type(None)]).all()
    ]
    return Table(frame.astype(dict.fromkeys(decimals, float)), [])


def _excel(path: Path, form: TextForm) -> Table:
    import pandas as pd

    with pd.ExcelFile(path) as file:
        sheets = file.sheet_names
        frame = pd.read_excel(file)
    told = f"{path.name} has {len(sheets)} sheets: the first one, '{sheets[0]}', is read"
    return Table(frame, [told] if len(sheets) > 1 else [])


def _json(path: Path, form: TextForm) -> Table:
    import pandas as pd

    suffixes = [suffix.lower() for suffix in path.suffixes]
    in_lines = ".jsonl" in suffixes or ".ndjson" in suffixes
    if not in_lines:
        try:
            return Table(pd.read_json(path), [])
        # One object a line is no JSON as a whole.
        except ValueError:
            in_lines = True
    return Table(pd.read_json(path, lines=True), [])


def _named(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns have texts as names, without an index of rows.

    Raises
    ------
    DataError
        If it has no rows or columns, or two columns of one name.
    """
    import pandas as pd

    names = [str(name).strip() for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{path} has two columns of the name '{twice[0]}'; rename one")
    frame = frame.set_axis(names, axis=1)
    if not isinstance(frame.index, pd.RangeIndex) and frame.index.name in (None, ""):
        frame = frame.reset_index(drop=True)
    elif not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    if not len(frame) or not len(names):
        raise DataError(f"{path} holds {len(frame)} rows of {len(names)} columns; expected some")
    return frame
