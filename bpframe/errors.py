"""The errors that a person causes, each with the exit code that the command line gives it."""

import difflib
import os
import sys
from collections.abc import Iterable

# How the message of a training begins whose cost is not finite any more.
NOT_FINITE = "the cost is not finite any more"
# What the user asked for: Hydra's own variable is set in any case while Hydra runs.
TRACEBACK = "BPFRAME_TRACEBACK"


def wants_traceback() -> bool:
    """Return whether the user asked for tracebacks, with ``HYDRA_FULL_ERROR=1``."""
    return os.environ.get(TRACEBACK, "") not in ("", "0")


class BpframeError(Exception):
    """Base of all errors whose message is meant for the person at the keyboard.

    A message may quote what stands in a file. Escape codes in it are shown, and not obeyed.
    """

    exit_code = 2

    def __str__(self) -> str:
        return printable(super().__str__())


class ConfigError(BpframeError):
    """A configuration that cannot be run: says what, where and what is allowed."""


class NotFittingError(ConfigError):
    """Parts that do not fit each other, such as a cost and an activation; each may be fine."""


class MissingPackageError(ConfigError, ValueError):
    """A component that needs a package which is not installed, whatever network it is given.

    The message says how to install it. The conformance kit reports such a one as not available,
    where another ValueError of `Backprop.bind` is the refusal of one network.
    """


class NotTakenError(ValueError):
    """What a rule leaves to the trainer, or to another rule, and why."""


class CheckpointError(ConfigError):
    """A checkpoint that a training cannot go on from: damaged, older, or of another training."""


class DataError(BpframeError):
    """Data that cannot be used: a missing or damaged file, wrong shapes, NaN."""


class PluginError(BpframeError):
    """A plugin that cannot be loaded: names the plugin and its distribution."""


class PluginFailedError(PluginError):
    """An error that a plugin's code raised: names the hook or component, the plugin, the place."""

    exit_code = 1


class DivergedError(BpframeError):
    """Training whose cost is not finite any more."""

    exit_code = 1


class WriteError(BpframeError):
    """A file of a run that cannot be written: no room, no permission, a limit on its size."""

    exit_code = 1


class WrongGradientError(BpframeError):
    """A rule that promises the gradient ∂C/∂w, ∂C/∂b, and gives another."""

    exit_code = 1


class NotResolvedError(BpframeError):
    """A rule that promises the gradient, where differences cannot tell whether it gives it."""

    exit_code = 1


def message_of(error: BaseException) -> str:
    """Return ``TypeOfError: message`` of an error, even of one whose ``__str__`` raises."""
    name = type(error).__name__
    try:
        # A SyntaxError's text repeats the place, which is said behind it.
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as another:
        text = f"its message cannot be shown, for __str__ raised {type(another).__name__}"
    return printable(f"{name}: {text}" if text else name)


def complain(message: str) -> None:
    """Print why a command or a run failed, on the error stream."""
    print(f"bpframe: error: {message}", file=sys.stderr)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest, if one is near; in capital or small letters."""
    words = list(known)
    same = [other for other in words if other.casefold() == word.casefold()]
    return next(iter(same or difflib.get_close_matches(word, words, n=1, cutoff=0.5)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known word, or an empty string."""
    near = nearest(word, known)
    return f" Did you mean '{near}'?" if near else ""


def printable(text: str) -> str:
    """Return a text without codes that a terminal would carry out: they are shown instead."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )
