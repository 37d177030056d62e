"""The folder of a run: no other process has it meanwhile, and what is refused leaves it alone."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bpframe.cli.jobs.claim import claim, claim_apart
from bpframe.cli.jobs.record import ENVIRONMENT
from bpframe.errors import ConfigError
from bpframe.files import write_whole
from bpframe.outcome import FILE, Outcome
from bpframe.recorded import CONFIG
from bpframe.waiting import watch

if TYPE_CHECKING:
    from filelock import BaseFileLock

# The kernel frees it when the process ends, however that is.
LOCK = ".bpframe.lock"
POLL_SECONDS = 0.2


class HeldError(ConfigError):
    """A folder that another process has: its run still goes on."""


def hold(folder: Path) -> BaseFileLock:
    """Hold a folder against other processes, until the lock is released or this one ends.

    Raises
    ------
    HeldError
        If another process has it.
    ConfigError
        If nothing can be written there.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise HeldError(f"{folder} is in use: its run still goes on, in another process") from None
    except OSError as error:
        raise ConfigError(f"cannot write into {folder}: {error.strerror}") from None
    return lock


def let_go(lock: BaseFileLock) -> None:
    """Let another process have a folder, and leave no lock in it."""
    # While it is still held: who comes now finds it held, and who comes next makes another one.
    with suppress(OSError):
        Path(lock.lock_file).unlink()
    lock.release()


class Place:
    """The folder of a run, held against other processes: a context that lets it go.

    Attributes
    ----------
    folder : pathlib.Path
        Where the run's files go.
    is_new : bool
        Whether it has been made for this run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_new = False
        self._lock: BaseFileLock | None = None
        self._before: dict[str, bytes] = {}
        self._begun = False

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def claim(self, first: Outcome, *, apart: bool) -> None:
        """Take a new folder, or if need be one inside it; see `claim` and `claim_apart`."""
        if apart:
            self.folder = claim_apart(self.folder, first)
        else:
            claim(self.folder, first)
        self.is_new = True
        self._lock = hold(self.folder)

    def enter(self) -> None:
        """Hold the folder of a run that is to go on.

        Raises
        ------
        HeldError
            If another process has it.
        """
        self._lock = hold(self.folder)

    def enter_later(self) -> None:
        """Hold the folder of a run that is to go on, when no other process has it any more."""
        with watch.over(f"the process that has {self.folder}"):
            while self._lock is None:
                try:
                    self.enter()
                except HeldError:
                    time.sleep(POLL_SECONDS)

    def move(self, folder: Path, lock: BaseFileLock) -> None:
        """Go from the new folder into that of a run that is to go on, which is held already."""
        self._let_go()
        _remove(self.folder)
        self.folder, self._lock, self.is_new = folder, lock, False

    def begin(self, outcome: Outcome) -> None:
        """Write that the run goes on, and keep what was there, in case that it is refused yet."""
        self._begun = True
        if not self.is_new:
            for name in (CONFIG, ENVIRONMENT, FILE):
                with suppress(FileNotFoundError):
                    self._before[name] = (self.folder / name).read_bytes()
            outcome.save(self.folder)

    def end(self, outcome: Outcome) -> None:
        """Write what became of the run; one that could not go on leaves what was there."""
        if outcome.status == "refused" and self._before:
            for name, content in self._before.items():
                write_whole(self.folder / name, content)
        elif self.is_new or self._begun:
            outcome.save(self.folder)

    def _let_go(self) -> None:
        if self._lock:
            let_go(self._lock)


def _remove(folder: Path) -> None:
    """Remove the folder that a run does not need, and the one around it if that is empty then."""
    (folder / FILE).unlink(missing_ok=True)
    # One that holds something, such as files that Hydra was told to write, stays.
    with suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()
