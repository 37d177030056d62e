"""Files that are either whole or not there."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bpframe.errors import WriteError


def csv_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as the content of a CSV file, a line each."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def newest_first(below: Path, name: str) -> list[Path]:
    """Return the files of a name, somewhere below a folder, by the time of their last change."""
    changed = {}
    for file in below.rglob(name):
        # Its folder may be taken away meanwhile.
        with suppress(OSError):
            changed[file] = file.stat().st_mtime
    return sorted(changed, key=changed.__getitem__, reverse=True)


def make_folder(folder: Path) -> None:
    """Make a folder, and those around it, unless it is there.

    Raises
    ------
    WriteError
        If that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"cannot make the folder {folder}: {error.strerror or error}") from error


def save(folder: Path, name: str, content: bytes, artifacts: list[Path]) -> None:
    """Write a file into a folder, whole or not at all, and put it among the artifacts.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    path = folder / name
    write_whole(path, content)
    if path not in artifacts:
        artifacts.append(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file aside, force it to disk and rename it into place.

    Raises
    ------
    WriteError
        If that cannot be done; nothing is left behind.
    """
    try:
        _write_aside(path, content)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}") from error


def _write_aside(path: Path, content: bytes) -> None:
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # It was made for its owner alone; others may read it as they may read any new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(aside).chmod(0o666 & ~umask)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
