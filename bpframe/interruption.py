"""Tells a person's Ctrl-C, or a kill, from a KeyboardInterrupt that a plugin raises."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn

# What the command line says and returns then.
INTERRUPTED = "interrupted"
EXIT_CODE = 130
_arrived = False


def listen() -> None:
    """Turn the signals that ask this process to end into a KeyboardInterrupt, and note them."""
    global _arrived
    _arrived = False
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        ending = getattr(signal, name, None)
        # What is ignored stays so: that is how `nohup` keeps a training alive.
        if ending and signal.getsignal(ending) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(ending, _end)


def is_interruption(error: BaseException) -> bool:
    """Return whether an error is there because somebody asked the process to end.

    A process that does not listen, such as a worker of a launcher, cannot tell; there every
    KeyboardInterrupt counts as one.
    """
    told_apart = signal.getsignal(signal.SIGINT) is _end
    return isinstance(error, KeyboardInterrupt) and (_arrived or not told_apart)


def _end(signum: int, frame: FrameType | None) -> NoReturn:
    global _arrived
    _arrived = True
    # As an exception, so that what is open is closed and no run is left as running.
    raise KeyboardInterrupt
