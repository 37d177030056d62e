"""The checks of the settings of every life-cycle plugin."""

from __future__ import annotations

from collections.abc import Iterator

from bpframe.errors import message_of
from bpframe.run import Settings
from bpframe.testing.assertions import Trial, require, trial


def checks(settings: Settings) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(defaults_are_allowed, settings)


def defaults_are_allowed(settings: Settings) -> None:
    """Check that they can be made without a value: a run that asks for nothing has them."""
    cls = type(settings)
    try:
        made = cls()
    except ValueError as error:
        raise AssertionError(
            f"{cls.__name__}() refuses its defaults: {message_of(error)}; whoever chooses it, or "
            "chooses nothing in its section, gets these"
        ) from error
    require(made == cls(), f"{cls.__name__}() makes unequal ones: {made!r} and {cls()!r}")
