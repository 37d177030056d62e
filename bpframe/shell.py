"""Commands of bpframe as the person at the keyboard can type them."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def typed_command(*words: str, folder: Path | None = None) -> str:
    """Return ``bpframe WORD …``, quoted for a shell, to be typed where this process was started.

    ``bpframe`` alone would name nothing, or another installation, where the environment that
    runs is not activated. Then it is the script's path, relative to the working folder if that is
    shorter, or ``python -m bpframe`` if there is no script.

    Parameters
    ----------
    *words : str
        What comes behind it, such as ``"ui"``.
    folder : pathlib.Path, optional
        Where it is to be typed; the working folder if left out.
    """
    return shlex.join([*_start((folder or Path()).absolute()), *words])


def _start(here: Path) -> list[str]:
    # Not resolved: in a virtual environment the interpreter is a link to one outside of it.
    scripts = str(Path(sys.executable).absolute().parent)
    script = shutil.which("bpframe", path=scripts)
    if not script:
        return [_shorter(sys.executable, here), "-m", "bpframe"]
    return [_shorter(script, here)]


def _shorter(program: str, here: Path) -> str:
    """Return the shortest of a program's name, relative path and absolute path that starts it."""
    name = Path(program).name
    found = shutil.which(name)
    if found and Path(found).absolute() == Path(program).absolute():
        return name.removesuffix(".exe")
    absolute = Path(program).absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)


def positive_int(text: str) -> int:
    """Return the whole number, from 1 on, that an option of a command was given; for argparse.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    from argparse import ArgumentTypeError

    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"'{text}' is not a whole number from 1 on")
    return int(text)
