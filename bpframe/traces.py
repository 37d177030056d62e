"""Where an error was raised, in the words of a message and not of a traceback."""

from __future__ import annotations

import sysconfig
import traceback
from types import FrameType

STANDARD_LIBRARY = sysconfig.get_path("stdlib")


def place_of(error: BaseException) -> str:
    """Return `` (file:line)`` of the code that an error is about, or nothing.

    That is the innermost line of a plugin's own: what it calls in the standard library, such as
    the making of a dataclass, says nothing about where the mistake is.
    """
    if isinstance(error, SyntaxError) and error.filename and error.filename[:1] != "<":
        return f" ({error.filename}:{error.lineno})"
    frames = traceback.walk_tb(error.__traceback__)
    own = [(f.f_code.co_filename, line) for f, line in frames if not _is_machinery(f)]
    about = _class_in_the_making(error)
    return f" ({about}{own[-1][0]}:{own[-1][1]})" if own else ""


def _is_machinery(frame: FrameType) -> bool:
    """Return whether a frame is of what loads plugins, or of the standard library."""
    file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__"))
    if file.startswith(("<", STANDARD_LIBRARY)) and "site-packages" not in file:
        return True
    return module.startswith(("pluggy", "bpframe.")) and not module.startswith("bpframe.local.")


def _class_in_the_making(error: BaseException) -> str:
    """Return ``class NAME, `` if a dataclass was being made, whose line is the decorator's."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        made = frame.f_locals.get("cls")
        if frame.f_globals.get("__name__") == "dataclasses" and isinstance(made, type):
            return f"class {made.__name__}, "
    return ""
