"""Waits for a store that another process has locked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from filelock import Timeout

LIMIT = 60.0
PAUSE = 0.2
T = TypeVar("T")


class Patience:
    """Tries again while a store is locked, as long as the training goes on, and a limit longer.

    Parameters
    ----------
    ended : threading.Event
        Is set when the training has ended.
    tell : callable
        Is called with what is waited for, and with an empty text when that is over.
    limit : float
        How many seconds are waited after the end.
    """

    def __init__(
        self, ended: threading.Event, tell: Callable[[str], None], limit: float = LIMIT
    ) -> None:
        self._ended = ended
        self._tell = tell
        self._limit = limit

    def __call__(self, attempt: Callable[[], T]) -> T:
        """Return what an attempt gives; what stops it is raised if it is no lock, or too long."""
        given_up: float | None = None
        told = ""
        while True:
            try:
                result = attempt()
            except Exception as error:
                lock = held_lock(error)
                if lock is None:
                    raise
                now = time.monotonic()
                if given_up is None and self._ended.is_set():
                    given_up = now + self._limit
                if given_up is not None and now >= given_up:
                    raise TimeoutError(
                        f"{lock}, {self._limit:g} seconds after the training still"
                    ) from error
                if lock != told:
                    self._tell(told := lock)
                time.sleep(PAUSE)
            else:
                if told:
                    self._tell("")
                return result


def held_lock(error: Exception) -> str | None:
    """Return what the error says is locked, or None for any other error."""
    if isinstance(error, Timeout):
        return f"another process holds {error.lock_file}"
    if "database is locked" in str(error):
        return "another process has locked the store's database"
    return None
