"""Files of a run that are made behind the prompt, by a process that outlives the command.

What they are made from stands in the folder of the run, in a note for each, so that nothing but
time is lost whoever is killed: ``python -m bpframe.behind FOLDER`` makes what is missing, and so
does whoever needs the files and calls `make_noted`.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from bpframe.errors import ConfigError, WriteError
from bpframe.files import write_whole

# So many seconds a command waits at most for what would be done behind the prompt.
WAIT = "BPFRAME_WAIT"
NOTE = ".later"
LOCK = f"{NOTE}.lock"
# Of what a plugin's function raises, beside the file that it should have made.
ERROR = ".error.txt"


def asked_to_wait() -> float | None:
    """Return how many seconds BPFRAME_WAIT says; None if it says nothing.

    Raises
    ------
    ConfigError
        If that is no number of seconds.
    """
    if not (asked := os.environ.get(WAIT)):
        return None
    with suppress(ValueError):
        if 0 <= (seconds := float(asked)) < math.inf:
            return seconds
    raise ConfigError(f"{WAIT} is '{asked}'; it must be a number of seconds, 0 or more")


def may_be_left() -> bool:
    """Return whether this process may leave work to one that outlives it.

    Nobody must have asked it to wait, and where it is the first process, or a child of it, as in a
    container, others end with it.
    """
    return asked_to_wait() is None and os.getppid() > 1


def made(function: str, values: Mapping[str, Any]) -> bytes:
    """Return the content of a file: what the function ``MODULE:NAME`` gives for some values."""
    module, _, name = function.partition(":")
    call: Callable[[Mapping[str, Any]], bytes] = getattr(import_module(module), name)
    return call(values)


def note(folder: Path, name: str, function: str, values: Mapping[str, Any]) -> None:
    """Note that a file is to be made.

    Raises
    ------
    WriteError
        If that cannot be written.
    """
    content = json.dumps({"function": function, "values": values})
    write_whole(folder / f".{name}{NOTE}", content.encode())


def notes(folder: Path) -> list[Path]:
    """Return the notes of what is to be made in a folder."""
    return sorted(folder.glob(f".*{NOTE}"))


def make_noted(folder: Path) -> None:
    """Make what is noted in a folder; wait for a process that does so already.

    What a function raises is written into a file, and not tried again.
    """
    from filelock import FileLock

    if not notes(folder):
        return
    lock = FileLock(folder / LOCK)
    with lock:
        for path in notes(folder):
            name = path.name.removeprefix(".").removesuffix(NOTE)
            try:
                noted = json.loads(path.read_text())
                write_whole(folder / name, made(noted["function"], noted["values"]))
            except WriteError:
                # It is tried again by who comes next.
                raise
            except Exception:
                write_whole(folder / f"{name}{ERROR}", traceback.format_exc().encode())
            path.unlink()
        (folder / LOCK).unlink(missing_ok=True)


def start(folder: Path) -> None:
    """Let a process of its own make what is noted in a folder, if anything is."""
    if notes(folder):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bpframe.behind", str(folder.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Neither Ctrl-C nor the end of the terminal is for it.
            start_new_session=True,
        )
        # Of a program that goes on it is a child that somebody must wait for.
        threading.Thread(target=process.wait, daemon=True).start()


if __name__ == "__main__":
    # Where a module that `-P` names is found, behind everything that is installed.
    sys.path.append(str(Path.cwd()))
    make_noted(Path(sys.argv[1]))
