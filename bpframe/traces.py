"""Finds where an error was raised, for a message and not a traceback."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from types import FrameType

from bpframe import local

STANDARD_LIBRARY = sysconfig.get_path("stdlib")


def place_of(error: BaseException) -> str:
    """Return `` (file:line)`` of the code that an error is about, or nothing.

    That is the innermost line of a plugin's own: what it calls in the standard library, such as
    the making of a dataclass, says nothing about where the mistake is.
    """
    if isinstance(error, SyntaxError) and error.filename and error.filename[:1] != "<":
        return f" ({error.filename}:{error.lineno})"
    line = innermost(error, lambda frame: not _is_machinery(frame))
    return f" ({_class_in_the_making(error)}{line})" if line else ""


def place_in(module: str, error: BaseException) -> str:
    """Return `` (file:line)`` of where a module's package raised an error, nothing if elsewhere."""
    package = package_of(module)
    line = innermost(error, lambda frame: package_of(module_of(frame)) == package)
    return f" ({line})" if line else ""


def innermost(error: BaseException, own: Callable[[FrameType], bool]) -> str:
    """Return ``file:line`` of the innermost of the frames that are `own`; nothing if none is."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames if own(frame)]
    return lines[-1] if lines else ""


def module_of(frame: FrameType) -> str:
    """Return the name of the module that a frame's code is of."""
    return str(frame.f_globals.get("__name__", ""))


def package_of(module: str) -> str:
    """Return the package that a module belongs to; a plugin file is one of its own."""
    own = module.removeprefix(f"{local.__name__}.")
    first = own.partition(".")[0]
    return first if own == module else f"{local.__name__}.{first}"


def _is_machinery(frame: FrameType) -> bool:
    """Return whether a frame is of what loads plugins, or of the standard library."""
    file, module = frame.f_code.co_filename, module_of(frame)
    if file.startswith(("<", STANDARD_LIBRARY)) and "site-packages" not in file:
        return True
    return module.startswith(("pluggy", "bpframe.")) and not module.startswith("bpframe.local.")


def _class_in_the_making(error: BaseException) -> str:
    """Return ``class NAME, `` if a dataclass was being made, whose line is the decorator's."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        made = frame.f_locals.get("cls")
        if module_of(frame) == "dataclasses" and isinstance(made, type):
            return f"class {made.__name__}, "
    return ""
