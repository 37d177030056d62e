"""The recorder's process, as the command sees it that has started it."""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from bpframe import masked
from bpframe_mlflow import opened
from bpframe_mlflow.marker import run_of_carried
from bpframe_mlflow.store import ADDRESS, environment, python

log = logging.getLogger("bpframe")
# A person is told after so many seconds what is waited for.
TOLD_SECONDS = 2.0
INTERRUPTED_SECONDS = 5.0
# A server that was down a moment ago is waited for no longer.
DOWN_SECONDS = 2.0
ENDS_SECONDS = 1.0
KEPT = "the training goes on, its journal keeps the record, and `{sync}` carries it over later"


class Process:
    """A recorder that is running; one serves all runs of a command.

    Parameters
    ----------
    where : pathlib.Path
        Where open journals are noted.
    cwd : pathlib.Path
        The folder in which it is started.
    uri : str
        The store; an address with a password stands nowhere else.
    sync : str
        What carries over later, as it can be typed.
    token : str
        Under which its journals are noted; another one if it is empty.

    Attributes
    ----------
    is_ready : bool
        Whether it has imported MLflow.
    """

    def __init__(self, where: Path, cwd: Path, uri: str, sync: str, token: str) -> None:
        self.where, self.token = where, token or uuid.uuid4().hex
        self._sync = sync
        self._process = subprocess.Popen(
            [*python("bpframe_mlflow.recorder"), str(where), self.token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # What MLflow says of an error comes with the answer.
            env=environment(MLFLOW_LOGGING_LEVEL="CRITICAL", **{ADDRESS: uri}),
            cwd=cwd,
            # Ctrl-C is for the training; the recorder ends when its input does.
            start_new_session=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        # Nothing that is asked of a recorder that is stopped stops the training.
        os.set_blocking(self._process.stdin.fileno(), False)
        self._changed = threading.Condition()
        self._done: dict[str, str] = {}
        self._ended = self._is_left = self.is_ready = False
        self._trouble, self._waits, self._told = "", False, ""
        reading = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        reading.start()

    @property
    def ended(self) -> bool:
        """Whether its process has ended."""
        return self._process.poll() is not None

    def tell(self, trouble: str, *, waits: bool = False) -> None:
        """Say at once, and once only, what keeps the store from taking runs."""
        self._trouble, self._waits = trouble, waits
        if trouble and not self._told:
            self._told = trouble
            log.warning("warning: %s; %s", trouble, KEPT.format(sync=self._sync))

    def wait(self, id_: str, folder: Path, seconds: float, doing: str) -> str:
        """Wait until a journal is carried to its end; return why not, or nothing.

        On a terminal, a person is told what is waited for.

        Parameters
        ----------
        id_ : str
            That of the journal.
        folder : pathlib.Path
            Where the journal is.
        seconds : float
            How long at most.
        doing : str
            What the recorder does.
        """
        return self._wait(lambda: self._is_done(id_, folder), seconds, doing)

    def wait_for_all(self, id_: str, folder: Path, seconds: float, doing: str) -> str:
        """Wait as `wait` does, and until nothing else is open of this command."""

        def is_open() -> bool:
            return any(entry.token == self.token for entry in opened.entries(self.where))

        return self._wait(lambda: self._is_done(id_, folder) and not is_open(), seconds, doing)

    def _is_done(self, id_: str, folder: Path) -> bool:
        """Return whether a journal is carried, also by another process: that one tells nobody."""
        if id_ in self._done:
            return True
        if not opened.is_noted(self.where, id_) and (run_id := run_of_carried(folder, id_)):
            self._done[id_] = run_id
        return id_ in self._done

    def _wait(self, is_over: Callable[[], bool], seconds: float, doing: str) -> str:
        self._ask()
        began = time.monotonic()
        told = ""
        with self._changed:
            while not is_over():
                if self._ended:
                    return self._how_it_ended()
                waited = time.monotonic() - began
                down = bool(self._trouble) and not self._waits
                limit = min(seconds, DOWN_SECONDS) if down else seconds
                if waited >= limit:
                    return self._trouble or f"MLflow was not ready after {seconds:g} seconds"
                said = self._trouble or doing
                if waited >= TOLD_SECONDS and said != told:
                    told = said
                    tell(said, "leaves it to itself")
                self._changed.wait(min(0.2, limit - waited))
        return ""

    @property
    def has_told(self) -> bool:
        """Whether a person knows already that the store does not take runs now."""
        return bool(self._told and self._trouble)

    def run_of(self, id_: str) -> str:
        """Return the run that a journal has become."""
        return self._done[id_]

    def wait_for_nothing(self) -> None:
        """Let it come to its end by itself, and this process not wait for that when it ends."""
        self._is_left = True

    def close(self) -> None:
        """Let it come to its end by itself, and wait a moment for that."""
        self.leave()
        if self._is_left:
            return
        with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            self._process.wait(ENDS_SECONDS)

    def leave(self) -> None:
        """Let it come to its end by itself."""
        if _processes.get(os.getpid()) is self:
            del _processes[os.getpid()]
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()

    def _ask(self) -> None:
        assert self._process.stdin
        with suppress(OSError, ValueError):
            os.write(self._process.stdin.fileno(), b"\n")

    def _how_it_ended(self) -> str:
        code = self._process.wait()
        cause = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"the recorder ended {cause}"

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            # Of one that is killed there may be half a line.
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            with self._changed:
                if "done" in answer:
                    self._done[answer["done"]] = answer["run_id"]
                elif "ready" in answer:
                    self.is_ready = True
                elif "lost" in answer:
                    log.warning("warning: %s", answer["lost"])
                else:
                    self.tell(answer["trouble"], waits=answer["waits"])
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()


# By the process that started it: what was forked from it must not write into its pipe.
_processes: dict[int, Process] = {}


def recorder(where: Path, cwd: Path, uri: str, sync: str, token: str = "") -> Process:
    """Return the recorder of this process, and start it if need be."""
    running = _processes.get(os.getpid())
    if running is None or running.ended or running.where != where:
        running = _processes[os.getpid()] = Process(where, cwd, uri, sync, token)
        atexit.register(running.close)
    return running


def tell(waits_for: str, interrupting: str) -> None:
    """Say what is waited for and what Ctrl-C does, if somebody sits there."""
    if sys.stderr.isatty():
        text = f"bpframe: waiting: {masked(waits_for)} (Ctrl-C {interrupting})"
        print(text, file=sys.stderr, flush=True)
