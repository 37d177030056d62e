"""The journal of a run or a sweep: what it has to say to MLflow, a line an event, in its folder.

The process that trains appends to it and waits for nobody. It holds a lock meanwhile, which the
kernel frees when the process ends, however that is, so that anybody can tell whether it is gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filelock import BaseFileLock

FILE = "journal.jsonl"
LOCK = ".journal.lock"
# Who asks whether it is held, holds it for a moment.
LOCK_SECONDS = 10.0
# What an event must have, by its name, so that it can be read.
CONTENT = {
    "begin": {"time", "id", "uri", "experiment", "name", "origin", "params"},
    "metrics": {"time", "metrics", "step"},
    "end": {"time", "status"},
}
Event = dict[str, Any]


class Journal:
    """A journal that is written; what a full disk does not take is written when it does.

    Parameters
    ----------
    folder : pathlib.Path
        Of the run, or of the sweep.

    Attributes
    ----------
    events : list of dict
        What it holds already, of a run that goes on.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = _hold(folder)
        self._handle: int | None = None
        self._waiting: list[bytes] = []
        content = self._path.read_bytes() if self._path.exists() else b""
        self.events = [event for event, _ in read_events(content, 0)]
        # Behind what a kill has cut off in the middle, there is a new line.
        self._cut = bool(content) and not content.endswith(b"\n")

    def append(self, event: str, **content: Any) -> OSError | None:
        """Append an event; return what keeps it from being written yet.

        Parameters
        ----------
        event : str
            ``begin``, ``metrics`` or ``end``.
        content
            What there is to say of it.
        """
        self._waiting.append(json.dumps({"event": event, **content}, default=str).encode() + b"\n")
        return self._write()

    def close(self) -> OSError | None:
        """Let others see that nobody writes any more; return what could not be written."""
        error = self._write()
        if self._handle is not None:
            os.close(self._handle)
        # While it is still held, so that who comes next makes another one.
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()
        self._lock.release()
        return error

    def _write(self) -> OSError | None:
        try:
            if self._handle is None:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
                self._handle = os.open(self._path, flags, 0o666)
            if self._cut:
                self._waiting.insert(0, b"\n")
                self._cut = False
            while self._waiting:
                _write_all(self._handle, self._waiting[0])
                del self._waiting[0]
        except OSError as error:
            return error
        return None


def _write_all(handle: int, line: bytes) -> None:
    """Write a line, or nothing of it."""
    before = os.fstat(handle).st_size
    written = 0
    try:
        while written < len(line):
            written += os.write(handle, line[written:])
    except OSError:
        os.ftruncate(handle, before)
        raise


@dataclass
class Reader:
    """Reads a journal, and again what has come since.

    Attributes
    ----------
    folder : pathlib.Path
        Where it is.
    end : int
        Behind the last whole line, in bytes.
    """

    folder: Path
    end: int = 0

    @property
    def has_more(self) -> bool:
        """Whether more has been written."""
        try:
            return (self.folder / FILE).stat().st_size > self.end
        except OSError:
            return False

    def read(self) -> list[tuple[Event, int]]:
        """Return what is new: each event with the place behind it, in bytes."""
        with (self.folder / FILE).open("rb") as file:
            file.seek(self.end)
            content = file.read()
        events = list(read_events(content, self.end))
        self.end += content.rfind(b"\n") + 1
        return events


def read_events(content: bytes, begin: int) -> Iterator[tuple[Event, int]]:
    """Yield the events that are whole, each with the place behind it; others are passed over."""
    for line in content.splitlines(keepends=True):
        begin += len(line)
        if not line.endswith(b"\n"):
            return
        with suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict) and _is_whole(event):
                yield event, begin


def _is_whole(event: Event) -> bool:
    return event.get("event") in CONTENT and CONTENT[event["event"]] <= event.keys()


def is_written(folder: Path) -> bool:
    """Return whether a process writes the journal of a folder: it is not gone."""
    from filelock import FileLock, Timeout

    path = folder / LOCK
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    with suppress(OSError):
        path.unlink()
    lock.release()
    return False


def _hold(folder: Path) -> BaseFileLock:
    from filelock import FileLock

    lock = FileLock(folder / LOCK)
    lock.acquire(timeout=LOCK_SECONDS)
    return lock
