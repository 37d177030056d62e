"""The journals that are not carried to their end: a small file for each, in the working folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bpframe_mlflow.files import read_json, write_aside
from bpframe_mlflow.journal import is_written

PLACE = Path(".bpframe", "open")
# Of a file that is there, and of one that somebody is about to take away.
OPEN, TAKEN = ".json", ".taken"
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Entry:
    """An open journal.

    Attributes
    ----------
    file : pathlib.Path
        That says so.
    folder : pathlib.Path
        Where the journal is.
    token : str
        Whose recorder carries it.
    trouble : str
        What kept the store from taking it when its recorder gave up.
    """

    file: Path
    folder: Path
    token: str
    trouble: str = ""

    @property
    def id(self) -> str:
        """That of the journal."""
        return self.file.stem

    def close(self, is_done: Callable[[], bool]) -> bool:
        """Note that it is carried to its end, unless somebody writes it again; return whether.

        Parameters
        ----------
        is_done : callable
            Whether all that the journal holds is carried. It is asked when the file is taken: what
            is appended later is noted anew.
        """
        taken = self.file.with_suffix(TAKEN)
        closes = True
        with suppress(OSError):
            self.file.replace(taken)
            # A run that goes on holds its journal, and then notes it under another token.
            same = read_json(taken).get("token") == self.token
            closes = same and not is_written(self.folder) and is_done()
            if not closes:
                # What has been noted since stays.
                with suppress(FileExistsError):
                    os.link(taken, self.file.with_suffix(OPEN))
            taken.unlink()
        return closes


def place(*folders: Path) -> Path:
    """Return where open journals are noted: in the first of the folders that can be written."""
    for folder in folders:
        with suppress(OSError):
            (folder / PLACE).mkdir(parents=True, exist_ok=True)
            if os.access(folder / PLACE, os.W_OK):
                return folder / PLACE
    return folders[-1] / PLACE


def note(where: Path, id_: str, folder: Path, token: str, trouble: str = "") -> None:
    """Note that a journal is open, and what keeps it so."""
    with suppress(OSError):
        # Who has found the place empty may have taken it away.
        where.mkdir(parents=True, exist_ok=True)
        said = {"trouble": trouble} if trouble else {}
        content = json.dumps({"folder": str(folder), "token": token} | said)
        write_aside(where / f"{id_}{OPEN}", content.encode())


def entries(where: Path) -> list[Entry]:
    """Return what is open, in the order of names; what cannot be read is passed over."""
    found = []
    for file in sorted(p for p in where.glob("*") if p.suffix in (OPEN, TAKEN)):
        content = read_json(file)
        if isinstance(folder := content.get("folder"), str):
            token, trouble = str(content.get("token", "")), str(content.get("trouble", ""))
            found.append(Entry(file, Path(folder), token, trouble))
    return found


def is_noted(where: Path, id_: str) -> bool:
    """Return whether a journal is noted as open."""
    # Who takes a file away may put it back while we look.
    return any((where / f"{id_}{suffix}").exists() for suffix in (OPEN, TAKEN, OPEN))


def ended(where: Path) -> list[Entry]:
    """Return what is open and is not written any more: it is still to be carried to its end."""
    return [entry for entry in entries(where) if not is_written(entry.folder)]


def wait_for(where: Path, seconds: float) -> list[Entry]:
    """Wait until what has ended is carried, and return what is not after so many seconds."""
    last = time.monotonic() + seconds
    while (left := ended(where)) and time.monotonic() < last:
        if all(entry.trouble for entry in left):
            break
        time.sleep(POLL_SECONDS)
    return left


def tidy(where: Path) -> None:
    """Take the place away if nothing is open."""
    with suppress(OSError):
        where.rmdir()
        where.parent.rmdir()
