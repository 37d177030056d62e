"""Commands in a folder of their own, each process of which can be found, killed and counted."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

MARK = "BENCHMARK_MARK"
FOREIGN = ("BPFRAME_", "MLFLOW_", "HYDRA_")
# Longer than the recorder tries by itself.
LONGEST_SECONDS = 100.0
SET_CHILD_SUBREAPER = 36


class Commands:
    """Runs bpframe in a folder, with nothing of the surroundings' settings.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; it is made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._mark = uuid.uuid4().hex

    @property
    def store(self) -> Path:
        """The store that is made there by default."""
        return self.folder / "mlflow.db"

    def start(self, *words: str | Path, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """Start bpframe, behind another command if one is given."""
        return self.start_python("bpframe", *words, before=before)

    def start_python(
        self, module: str, *words: str | Path, before: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        """Start a module of Python in a process group of its own."""
        kept = {name: v for name, v in os.environ.items() if not name.startswith(FOREIGN)}
        return subprocess.Popen(
            [*before, sys.executable, "-m", module, *map(str, words)],
            cwd=self.folder,
            # What is read behind it is there.
            env=kept
            | {MARK: self._mark, "MLFLOW_DISABLE_TELEMETRY": "true", "TERM": "dumb"}
            | {"BPFRAME_WAIT": "20"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder.parent / f"{self.folder.name}.err").open("a"),
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str | Path, before: tuple[str, ...] = ()) -> int:
        """Run bpframe to its end, and return its exit code."""
        return self.start(*words, before=before).wait()

    def processes(self, part: str = "") -> list[int]:
        """Return the processes from here that are alive, whose command has a part."""
        mark, found = f"{MARK}={self._mark}".encode(), []
        for path in Path("/proc").glob("[0-9]*"):
            # A dead process that nobody has waited for has no environment any more.
            with suppress(OSError):
                is_ours = mark in (path / "environ").read_bytes().split(b"\0")
                if is_ours and part.encode() in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
        return found

    def kill(self, pids: list[int]) -> None:
        """Send SIGKILL."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def left(self) -> list[int]:
        """Return the processes that have not ended by themselves after a while."""
        wait_until(lambda: not self.processes(), LONGEST_SECONDS)
        return self.processes()

    def statuses(self, store: Path | None = None) -> Counter[str]:
        """Return how many runs a store has of each status; none if there is no store yet."""
        with suppress(sqlite3.OperationalError):
            where = f"file:{store or self.store}?mode=ro"
            with closing(sqlite3.connect(where, uri=True)) as opened:
                return Counter(s for (s,) in opened.execute("SELECT status FROM runs"))
        return Counter()


def wait_until(condition: Callable[[], object], seconds: float = 600.0) -> bool:
    """Wait for a condition, so long at most; return whether it has become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def cpu_seconds() -> Iterator[list[float]]:
    """Give a list that gets the CPU seconds of all commands inside, with what they have left."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, taken = _of_children(), list[float]()
    yield taken
    with suppress(ChildProcessError):
        while True:
            os.wait()
    taken.append(_of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
