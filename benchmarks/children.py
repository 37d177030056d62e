"""Processes of their own for what is measured: asked, waited for in vain no longer than said."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
# What TensorFlow and PaddlePaddle tell at their start, and processes that compile for PyTorch.
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "GLOG_minloglevel": "3",
    "PYTHONWARNINGS": "ignore",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
}
# Of a part of the benchmark that runs in a process of its own.
LONGEST_PART = 300.0


class NoAnswerError(Exception):
    """Says why a process gives no answer."""


class Child:
    """A process that runs `target(end, *arguments)` and answers through its end of a pipe.

    It does not see Ctrl-C, which is for the one that started it.
    """

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self.end, there = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(there, target, arguments), daemon=True
        )
        self.process.start()
        there.close()

    def answer(self, seconds: float) -> Any:
        """Return what it sends, or raise `NoAnswerError`: also after so many seconds."""
        try:
            if not self.end.poll(seconds):
                raise NoAnswerError(f"no answer within {seconds:.0f} s")
            answer = self.end.recv()
        except (EOFError, ConnectionError):
            raise self._dead() from None
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer

    def ask(self, question: str, seconds: float) -> Any:
        """Send something and return the answer to it; see `answer`."""
        try:
            self.end.send(question)
        except ConnectionError:
            raise self._dead() from None
        return self.answer(seconds)

    def _dead(self) -> NoAnswerError:
        self.process.join(1)
        return NoAnswerError(f"its process has died{_cause(self.process.exitcode)}")

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()


def _cause(code: int | None) -> str:
    if code is None or code >= 0:
        return ""
    return f" of {signal.Signals(-code).name}"


def _run(end: Connection, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Some libraries tell much of themselves there; why something failed is sent.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        target(end, *arguments)
    except Exception as error:
        lines = str(error).strip().splitlines()
        said = lines[0][:300] if lines else ""
        own = isinstance(error, ImportError | ValueError)
        name = type(error).__name__
        end.send(NoAnswerError(said if own and said else f"{name}: {said}" if said else name))


def alone(function: Callable[..., Any], *arguments: Any, one_thread: bool = True) -> Any:
    """Return what a function of a module returns, called in a process of its own."""
    with environment(ONE_THREAD if one_thread else {}):
        child = Child(_call, function, *arguments)
    try:
        return child.answer(LONGEST_PART)
    finally:
        child.stop()


def _call(end: Connection, function: Callable[..., Any], *arguments: Any) -> None:
    end.send(function(*arguments))


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for processes that start meanwhile.

    OPENBLAS_CORETYPE is taken away: it overrules what NumPy's BLAS would choose for the
    processor, which no other contender suffers.
    """
    before = dict(os.environ)
    os.environ.update(QUIET | values)
    os.environ.pop("OPENBLAS_CORETYPE", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def pin(processor: int) -> None:
    """Keep this process and all of its threads to one processor, where the system can do so."""
    if not hasattr(os, "sched_setaffinity"):
        return
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})


def elapsed(since: float) -> str:
    """Return the time since some moment of `time.monotonic` as minutes and seconds."""
    minutes, seconds = divmod(int(time.monotonic() - since), 60)
    return f"{minutes}:{seconds:02d}"
