"""The recorder's process, as the training sees it."""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from bpframe_mlflow.store import environment, python

# A person is told after the first what is waited for; after the last it is given up.
TOLD_SECONDS = 2.0
INTERRUPTED_SECONDS = 5.0
LIMIT_SECONDS = 600.0
Answer = dict[str, str]


class Recorder:
    """A recorder that is running; one serves all runs of a sweep.

    Parameters
    ----------
    cwd : pathlib.Path
        The folder in which it is started.
    """

    def __init__(self, cwd: Path) -> None:
        self._process = subprocess.Popen(
            python("bpframe_mlflow.recorder"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # What MLflow says of an error comes with the answer.
            env=environment(MLFLOW_LOGGING_LEVEL="CRITICAL"),
            cwd=cwd,
            # Ctrl-C is for the training; the recorder ends when its input does.
            start_new_session=True,
        )
        self._answers: queue.Queue[Answer] = queue.Queue()
        assert self._process.stdout
        reading = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        reading.start()

    @property
    def ended(self) -> bool:
        """Whether its process has ended."""
        return self._process.poll() is not None

    def send(self, **message: Any) -> None:
        """Hand a message over."""
        assert self._process.stdin
        # If the recorder has died, its answer, or the lack of one, says so at the end.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message, default=str) + "\n")
            self._process.stdin.flush()

    def answer(self, doing: str, status: str) -> Answer:
        """Wait for the answer to a run's end.

        On a terminal, a person is told what is waited for. Who interrupts the waiting, or has
        interrupted the run, need not wait: the recorder closes the run by itself.

        Parameters
        ----------
        doing : str
            What the recorder does.
        status : str
            How the run has ended.
        """
        limit = INTERRUPTED_SECONDS if status == "KILLED" else LIMIT_SECONDS
        end, told = time.monotonic() + limit, ""
        wait = TOLD_SECONDS
        waits_for = doing
        try:
            while (left := end - time.monotonic()) > 0:
                try:
                    answer = self._answers.get(timeout=min(wait, left))
                except queue.Empty:
                    if waits_for != told:
                        tell(waits_for, "leaves it to itself")
                    told, wait = waits_for, LIMIT_SECONDS
                    continue
                if "waiting" not in answer:
                    return answer
                waits_for, wait = answer["waiting"] or doing, TOLD_SECONDS
        except KeyboardInterrupt:
            # The run is interrupted then, however its task had ended.
            self.send(interrupted=True)
            self._leave()
            raise
        self._leave()
        return {"error": f"no answer after {limit:g} seconds; {waits_for}"}

    def close(self) -> None:
        """Wait for its end; closing it again does nothing."""
        if _recorders.get(os.getpid()) is self:
            self._leave()
            # Who interrupts need not wait: the recorder ends by itself when its input does.
            with suppress(KeyboardInterrupt):
                self._process.wait()

    def _leave(self) -> None:
        """Let it come to its end by itself."""
        if _recorders.get(os.getpid()) is self:
            del _recorders[os.getpid()]
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            self._answers.put(json.loads(line))
        code = self._process.wait()
        self._answers.put({"error": f"the recorder ended with exit code {code}"})


# By the process that started it: what was forked from it must not write into its pipe.
_recorders: dict[int, Recorder] = {}


def recorder(cwd: Path) -> Recorder:
    """Return the recorder of this process, and start it if need be."""
    running = _recorders.get(os.getpid())
    if running is None or running.ended:
        running = _recorders[os.getpid()] = Recorder(cwd)
        atexit.register(running.close)
    return running


def tell(waits_for: str, interrupting: str) -> None:
    """Say what is waited for and what Ctrl-C does, if somebody sits there."""
    if sys.stderr.isatty():
        text = f"bpframe: waiting: {waits_for} (Ctrl-C {interrupting})"
        print(text, file=sys.stderr, flush=True)
