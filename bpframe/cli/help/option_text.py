"""Options as help shows them: default, what is allowed, what it means."""

from __future__ import annotations

import shutil
import textwrap
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

WIDEST = 100
WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    Path: "a path",
    NoneType: "null",
    Any: "anything",
}


def option_text(written: str, hint: Any, description: str) -> str:
    """Return the lines of an option: ``KEY=DEFAULT``, what is allowed, and what it means."""
    head = wrapped(f"{written}   {allowed(hint)}", 2, 6)
    return f"{head}\n{wrapped(description, 6)}" if description else head


def value_text(value: Any) -> str:
    """Return a value as it is written on the command line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(map(value_text, value))}]"
    return value.name if isinstance(value, Enum) else str(value)


def allowed(hint: Any) -> str:
    """Return in words what a type allows, such as ``one of uniform, normal, or null``."""
    if get_origin(hint) in (Union, UnionType):
        members = get_args(hint)
        # A whole number is a number.
        return " or ".join(allowed(m) for m in members if not (m is int and float in members))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "one of " + ", ".join(member.name for member in hint)
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    if get_origin(hint) in (list, tuple):
        inner = [allowed(member) for member in get_args(hint) if member is not ...]
        return f"a list of: {', '.join(dict.fromkeys(inner))}"
    return WORDS.get(hint, getattr(hint, "__name__", str(hint)))


def reflowed(text: str) -> str:
    """Return a docstring's paragraphs in lines of the terminal's width; what is set off stays."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(p if "\n " in p or p[:1] == " " else wrapped(p, 0) for p in paragraphs)


def wrapped(text: str, first: int, others: int | None = None) -> str:
    """Return a text in lines of the terminal's width, at most a hundred characters.

    Parameters
    ----------
    text : str
        In one line.
    first, others : int
        How far the first line and the others stand to the right; the others as the first if left
        out.
    """
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * first,
        subsequent_indent=" " * (first if others is None else others),
        break_long_words=False,
        break_on_hyphens=False,
    )
