"""The command line carried out in the test's own process: the type of what does, and a check."""

from __future__ import annotations

from collections.abc import Callable

from running import ERROR, Result

Typed = Callable[..., Result]


def refusal(result: Result) -> str:
    """Return the one line that a command was refused with."""
    assert result.err.startswith(ERROR), result
    assert (result.code, result.err.count("\n")) == (2, 1), result
    return result.error()
