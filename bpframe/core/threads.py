"""Threads that end when the thread that has started them is interrupted."""

from __future__ import annotations

import contextvars
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

# A wait in which Windows notices no signal; elsewhere one ends it.
POLL_SECONDS = 0.2


class Threads:
    """Threads that carry out calls, in their order; a context that waits for them, and ends them.

    When it is left by an exception, such as a KeyboardInterrupt, what waits is not begun, and what
    goes on gets a KeyboardInterrupt itself: at once while it computes in Python or NumPy, and
    behind the call where compiled code goes on.

    Parameters
    ----------
    count : int
        How many.

    Attributes
    ----------
    ending : bool
        Whether it has been left by an exception.
    """

    def __init__(self, count: int) -> None:
        self.ending = False
        self._calls: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._workers = [_Worker(self._calls) for _ in range(count)]

    def __enter__(self) -> Threads:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        if kind:
            self.ending = True
            self._interrupt()
        for _ in self._workers:
            self._calls.put(None)
        for worker in self._workers:
            while worker.is_alive():
                worker.join(POLL_SECONDS)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> threading.Event:
        """Let a thread call a function, and return what is set when it has; it should not raise.

        The context is that of the caller, with NumPy's way to treat overflows.
        """
        done, context = threading.Event(), contextvars.copy_context()

        def call() -> None:
            try:
                context.run(function, *arguments)
            finally:
                done.set()

        self._calls.put(call)
        return done

    def _interrupt(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for worker in self._workers:
            worker.interrupt()


class _Worker(threading.Thread):
    """A thread that ends with the process."""

    def __init__(self, calls: queue.SimpleQueue[Callable[[], Any] | None]) -> None:
        super().__init__(daemon=True)
        self._calls = calls
        self._busy = False
        self._lock = threading.Lock()

    def run(self) -> None:
        while call := self._calls.get():
            with suppress(KeyboardInterrupt):
                self._carry_out(call)

    def _carry_out(self, call: Callable[[], Any]) -> None:
        with self._lock:
            self._busy = True
        try:
            call()
        finally:
            with self._lock:
                self._busy = False

    def interrupt(self) -> None:
        """Raise a KeyboardInterrupt in the call that goes on, and in nothing that follows."""
        import ctypes

        with self._lock:
            if self._busy:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self.ident or 0), ctypes.py_object(KeyboardInterrupt)
                )


def wait_for(done: threading.Event) -> None:
    """Wait until something is done; a signal ends the wait."""
    while not done.wait(POLL_SECONDS):
        pass


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
