"""Says which plugin is being waited for, where one takes its time."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bpframe.errors import ConfigError

VARIABLE = "BPFRAME_PATIENCE"
SECONDS = 5.0


class Watch:
    """A thread that looks on while something is done, and says so when it takes long.

    It is started at the first use and goes on for the life of the process: what is done costs a
    few microseconds then, where a timer for each would cost a thread.

    Attributes
    ----------
    patience : float
        After how many seconds it says so.
    """

    def __init__(self, patience: float = SECONDS) -> None:
        self.patience = patience
        self._doing: tuple[str, float] | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, what: str) -> Iterator[None]:
        """Say, if what is done inside takes long, that one waits for `what`."""
        # A process that was forked has no such thread.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look_on, daemon=True)
            self._thread.start()
        before, self._doing = self._doing, (what, time.monotonic())
        try:
            yield
        finally:
            self._doing = before

    def _look_on(self) -> None:
        said = None
        while True:
            time.sleep(min(self.patience, 2.0) / 4)
            doing = self._doing
            if doing and doing is not said and time.monotonic() - doing[1] > self.patience:
                said = doing
                where = f"bpframe: waiting for {doing[0]}, for more than {self.patience:g} s"
                print(where, file=sys.stderr, flush=True)


def patience_of_environment() -> float:
    """Return the seconds of ``BPFRAME_PATIENCE``, 5 unless it is set.

    Raises
    ------
    ConfigError
        If it is not a number greater than 0.
    """
    given = os.environ.get(VARIABLE) or str(SECONDS)
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ConfigError(f"{VARIABLE} is '{given}'; it must be a number of seconds above 0")
    return seconds


watch = Watch()
