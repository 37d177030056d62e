"""Where a process starts: as soon as anything runs, an interruption is no traceback any more.

Until the command line takes over nothing is open that would have to be closed, and the imports
that it needs, such as NumPy, are no place for an exception: a part of them would swallow it.
"""

import gc
import os
import signal
import sys

from bpframe.interruption import EXIT_CODE, INTERRUPTED

MESSAGE = f"bpframe: error: {INTERRUPTED}\n"


def main() -> int:
    """Run the command line of this process and return the exit code, see `bpframe.cli.app.main`."""
    try:
        ends_at_once = _end_at_once_when_interrupted()
        # Imports make much and throw away little; `bpframe.cli.app` collects what comes after them.
        gc.disable()
        from bpframe.cli.app import main as run

        if ends_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return run()
    except KeyboardInterrupt:
        sys.stderr.write(MESSAGE)
        return EXIT_CODE
    finally:
        # What is open has been closed; the interpreter's own end is no place for it either.
        _end_at_once_when_interrupted()
        # Nor does it look for garbage in all that was imported.
        gc.freeze()


def _end_at_once_when_interrupted() -> bool:
    # What is ignored stays so: that is how a shell keeps what runs in its background alive.
    if signal.getsignal(signal.SIGINT) in (None, signal.SIG_IGN):
        return False
    signal.signal(signal.SIGINT, _end)
    return True


def _end(signum: int, frame: object) -> None:
    os.write(2, MESSAGE.encode())
    os._exit(EXIT_CODE)
