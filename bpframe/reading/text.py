"""The beginning of a file of text: its encoding, and its first lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, NamedTuple, cast

from bpframe.errors import DataError

LINES, BYTES = 200, 2**20
# What Excel takes for the separator.
SEPARATOR_LINE = re.compile(r"sep=(.)")


class Beginning(NamedTuple):
    """The first lines of a table.

    Attributes
    ----------
    lines : list of str
        The first lines that are not empty, from that of the names on.
    skipped : int
        Lines before them: empty ones, comments, and one that names the separator.
    separator : str, optional
        What such a line says.
    """

    lines: list[str]
    skipped: int
    separator: str | None


def read_beginning(path: Path, encoding: str) -> Beginning:
    """Return the first lines of a file, which may be packed.

    Raises
    ------
    DataError
        If it is empty, or has another encoding.
    """
    start = _start(path)
    try:
        text = start.decode(encoding, "strict" if len(start) < BYTES else "ignore")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(f"{path} cannot be read with data.encoding={encoding}: {error}") from None
    lines = text.splitlines()
    # The last one may be cut off.
    lines = lines[: max(1, len(lines) - 1)] if len(start) == BYTES else lines
    skipped, separator = 0, None
    while skipped < len(lines):
        line = lines[skipped].strip().strip('"')
        if named := SEPARATOR_LINE.fullmatch(line):
            separator = named.group(1)
        elif line and not line.startswith("#"):
            break
        skipped += 1
    filled = [line for line in lines[skipped:] if line.strip()]
    if not filled:
        raise DataError(f"{path} is empty; expected a line of names and rows below it")
    return Beginning(filled[:LINES], skipped, separator)


def encoding_of(path: Path) -> str:
    """Return the encoding of a text: that of its mark, UTF-8, or that of Windows.

    Raises
    ------
    DataError
        If it is no text.
    """
    start = _start(path)
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in start:
        raise DataError(f"{path} is no text: it holds bytes of 0")
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # A piece may end in the middle of a character.
        if len(start) < BYTES or error.start < len(start) - 4:
            return "cp1252"
    return "utf-8"


def _start(path: Path) -> bytes:
    with _open(path) as file:
        return file.read(BYTES)


def _open(path: Path) -> IO[bytes]:
    # Few tables are packed, and every command imports this module.
    match path.suffix.lower():
        case ".gz":
            import gzip

            return cast("IO[bytes]", gzip.open(path))
        case ".bz2":
            import bz2

            return cast("IO[bytes]", bz2.open(path))
        case ".xz":
            import lzma

            return cast("IO[bytes]", lzma.open(path))
        case ".zip":
            import zipfile

            archive = zipfile.ZipFile(path)
            return archive.open(archive.namelist()[0])
    return path.open("rb")
