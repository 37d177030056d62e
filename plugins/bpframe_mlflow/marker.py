"""What a run's folder says of its record: which run of MLflow it is, and how far it is carried."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bpframe_mlflow.files import read_json, write_aside
from bpframe_mlflow.journal import Reader

FILE = "mlflow.json"
LOCK = ".mlflow.lock"
RUNNING = "RUNNING"
# Where runs have their folders unless Hydra is told otherwise.
PLACES = ("outputs", "multirun")
RUN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass
class Record:
    """How far a journal is carried into one store.

    Attributes
    ----------
    uri, experiment : str
        Where to.
    id : str
        The journal's own, which the run has as a tag: so it is found if a process is killed between
        making it and noting it.
    run_id : str
        That of MLflow; nothing before it is known.
    carried : int
        Behind the last event that is in the store, in bytes of the journal.
    status : str
        That of the run in the store; nothing before it is made.
    """

    uri: str
    experiment: str
    id: str
    run_id: str = ""
    carried: int = 0
    status: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether the run in the store has ended."""
        return self.status not in ("", RUNNING)


def load_records(folder: Path) -> list[Record]:
    """Return the records of a folder, that of the store that was written last first."""
    content = read_json(folder / FILE)
    others = content.pop("others", [])
    found = []
    for values in [content, *(others if isinstance(others, list) else [])]:
        with suppress(TypeError):
            found.append(Record(**values))
    return found


def save_record(folder: Path, record: Record) -> None:
    """Write a record, and keep those of other stores.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    where = (record.uri, record.experiment)
    others = [r for r in load_records(folder) if (r.uri, r.experiment) != where]
    content = dataclasses.asdict(record)
    if others:
        content["others"] = [dataclasses.asdict(other) for other in others]
    write_aside(folder / FILE, (json.dumps(content, indent=2) + "\n").encode())


def run_of_carried(folder: Path, id_: str) -> str:
    """Return the run that a journal has become; nothing if it is not carried to its end."""
    for record in load_records(folder):
        if record.id == id_ and record.is_closed and not Reader(folder, record.carried).has_more:
            return record.run_id
    return ""


@contextmanager
def its_turn(folder: Path) -> Iterator[bool]:
    """Be the only one who carries a journal; give whether nobody else does."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        # While it is still held, so that who comes next makes another one.
        with suppress(OSError):
            (folder / LOCK).unlink()
        lock.release()


def folder_of(run_id: str, cwd: Path) -> Path | None:
    """Return the folder, below those that runs have here, of the run with an ID."""
    if not RUN_ID.fullmatch(run_id):
        return None
    files = (file for place in PLACES for file in (cwd / place).rglob(FILE))
    return next((file.parent for file in files if read_json(file).get("run_id") == run_id), None)
