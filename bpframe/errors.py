"""The errors that a person causes, each with the exit code that the command line gives it."""

import difflib
import os
from collections.abc import Iterable

# What the user asked for: Hydra's own variable is set in any case while Hydra runs.
TRACEBACK = "BPFRAME_TRACEBACK"


def wants_traceback() -> bool:
    """Return whether the user asked for tracebacks, with ``HYDRA_FULL_ERROR=1``."""
    return os.environ.get(TRACEBACK, "") not in ("", "0")


class BpframeError(Exception):
    """Base of all errors whose message is meant for the person at the keyboard."""

    exit_code = 2


class ConfigError(BpframeError):
    """A configuration that cannot be run: says what, where and what is allowed."""


class NotFittingError(ConfigError):
    """Parts that do not fit each other, such as a cost and an activation; each may be fine."""


class MissingPackageError(ConfigError, ValueError):
    """A part that needs a package which is not installed, whatever network it is given.

    The message says how to install it. The conformance kit reports such a part as not available,
    where another ValueError of `Backprop.bind` is the refusal of one network.
    """


class DataError(BpframeError):
    """Data that cannot be used: a missing or damaged file, wrong shapes, NaN."""


class PluginError(BpframeError):
    """A plugin that cannot be loaded: names the plugin and its distribution."""


class WriteError(BpframeError):
    """A file of a run that cannot be written: the disk is full, or a limit is reached."""

    exit_code = 1


class DivergedError(BpframeError):
    """Training whose cost is not finite any more."""

    exit_code = 1


class WrongGradientError(BpframeError):
    """A rule that claims to be the gradient ∂C/∂w, ∂C/∂b, and is not."""

    exit_code = 1


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""
