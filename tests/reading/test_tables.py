"""Tables of any usual kind become the same columns."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from tables import flowers, write

from bpframe import TextForm, read_table
from bpframe.errors import DataError

FLOWERS = flowers(12)


def text(folder: Path, content: str | bytes, name: str = "mine.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "parquet", "xlsx", "jsonl", "json"])
def test_each_kind_of_file(kind: str, tmp_path: Path) -> None:
    file = write(FLOWERS, tmp_path / f"flowers.{kind}")
    pd.testing.assert_frame_equal(read_table(file).frame, FLOWERS, check_dtype=False)
    if "." not in kind:
        # Without an ending its first bytes tell.
        bare = file.rename(tmp_path / "flowers")
        pd.testing.assert_frame_equal(read_table(bare).frame, FLOWERS, check_dtype=False)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("decimal", [".", ","])
def test_separators_and_decimal_signs_are_found_out(
    separator: str, decimal: str, tmp_path: Path
) -> None:
    if separator == decimal:
        pytest.skip("such a table would need quotes around its numbers")
    frame = FLOWERS.rename(columns=lambda name: name.replace(" ", "_"))
    frame.to_csv(tmp_path / "m.csv", sep=separator, decimal=decimal, index=False)
    table = read_table(tmp_path / "m.csv")
    pd.testing.assert_frame_equal(table.frame, frame, check_dtype=False)
    assert len(table.remarks) == ((separator, decimal) != (",", "."))
    given = read_table(tmp_path / "m.csv", TextForm(separator, decimal))
    pd.testing.assert_frame_equal(given.frame, table.frame)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found_out(encoding: str, tmp_path: Path) -> None:
    file = text(tmp_path, "Größe,Ort\n1,Köln\n2,Fürth\n".encode(encoding))
    frame = read_table(file).frame
    assert [*frame.columns] == ["Größe", "Ort"]
    assert [*frame["Ort"]] == ["Köln", "Fürth"]
    told = [f"mine.csv is read as {encoding} (data.encoding says otherwise)"]
    assert read_table(file).remarks == ([] if "utf-8" in encoding else told)
    assert read_table(file, TextForm(encoding=encoding)).remarks == []


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("5.1,3.5,a\n4.9,3.0,b\n", ["1", "2", "3"]),
        ("1,2\n3,4\n", ["1", "2"]),
        ("4,x\n4,y\n", ["1", "2"]),
        ("city,2019,2020\na,1,2\n", ["city", "2019", "2020"]),
        (" a , b \n1,2\n", ["a", "b"]),
        (",a,b\n0,1,2\n1,3,4\n", ["a", "b"]),
        ('"a" "b"\n"1" 1 2\n"2" 3 4\n', ["a", "b"]),
        ("# of mine\n\na,b\n1,2\n\n3,4\n", ["a", "b"]),
        ("sep=;\na;b\n1,0;2\n", ["a", "b"]),
        ("a;b;c\n1.100,5;1;p\n2.200,5;2;q\n", ["a", "b", "c"]),
    ],
)
def test_lines_of_names_and_names_of_rows(content: str, columns: list[str], tmp_path: Path) -> None:
    table = read_table(text(tmp_path, content))
    assert [*table.frame.columns] == columns
    has_no_names = "1" in columns
    assert any("no line of names" in remark for remark in table.remarks) == has_no_names


def test_signs_of_a_missing_value(tmp_path: Path) -> None:
    cells = ["", "?", "NA", "n/a", "null", "-", "nan"]
    frame = read_table(text(tmp_path, "a,b\n" + "".join(f"{c},1\n" for c in cells))).frame
    assert frame["a"].isna().all()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", "", "is empty"),
        ("m.csv", "a,b\n", "holds 0 rows"),
        ("m.csv", "a,a\n1,2\n", "two columns of the name 'a'"),
        ("m.csv", "a\0b", "holds bytes of 0"),
        ("m.csv", "a,b\n1,2,3,4\n5,6,7,8\n", "cannot be read as a table of text"),
        ("m.csv.gz", "a,b\n1,2\n", "cannot be read as a table of text"),
        ("m.parquet", "PAR1 or not", "cannot be read as Parquet"),
        ("m.xlsx", "PK or not", "cannot be read as Excel"),
        ("m.json", "{", "cannot be read as JSON"),
        ("m.npz", "", "is a file of arrays: data=arrays"),
    ],
)
def test_a_file_that_is_none(name: str, content: str, message: str, tmp_path: Path) -> None:
    file = text(tmp_path, content, name)
    with pytest.raises(DataError) as raised:
        read_table(file)
    assert message in str(raised.value)
    assert str(file) in str(raised.value)


def test_what_is_not_there_and_what_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there; expected a table"):
        read_table(tmp_path / "no.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_table(tmp_path)
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 1000, mtime=0)
    with pytest.raises(DataError, match="cannot be read"):
        read_table(text(tmp_path, whole[:-20], "m.csv.gz"))
    with pytest.raises(DataError, match=r"data\.encoding=klingon"):
        read_table(text(tmp_path, "a,b\n1,2\n"), TextForm(encoding="klingon"))
