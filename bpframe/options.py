"""Options by their dotted names: those of a configuration, and those that were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Where the activation of the last layer is chosen, and where it stands in the configuration.
OUTPUT_ACTIVATION = "output_activation"
OUTPUT_CHOICE = f"activation@{OUTPUT_ACTIVATION}"
# The section that says how a sweep is carried out.
SWEEP = "sweep"
PASSWORD = re.compile(r"(?<=://)([^/@:\s]*):[^/@\s]+@")


def masked(text: str) -> str:
    """Return a text without the passwords of the addresses in it.

    >>> masked("tracking.uri=https://me:secret@host/store")
    'tracking.uri=https://me:***@host/store'
    """
    return PASSWORD.sub(r"\1:***@", text)


def activation_of(parts: Mapping[str, str]) -> str:
    """Return the activation, and behind a + that of the last layer if it has one of its own."""
    return "+".join(parts[key] for key in ("activation", OUTPUT_ACTIVATION) if key in parts)


def key_of(override: str) -> str:
    """Return the option that an override is about: ``seed`` of ``+seed=1``, ``~seed`` and ``seed``.

    The signs in front of it add or delete an option; the value may have any sign in it.
    """
    return override.partition("=")[0].lstrip("+~")


def is_override(word: str) -> bool:
    """Return whether a word of the command line is an override, and not a flag or a command."""
    return word[:1] in ("~", "+") or ("=" in word and word[:1] != "-")


def is_of_sweep(override: str) -> bool:
    """Return whether an override says how a sweep is carried out, which no run of it depends on."""
    return key_of(override).partition(".")[0] == SWEEP


def asked_for(overrides: Iterable[str]) -> dict[str, str]:
    """Return the value of each override by its option, as typed; of two with one key the last."""
    return {key_of(override): override.partition("=")[2] for override in overrides}


def flat_options(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the nested options of a configuration by their dotted names.

    Parameters
    ----------
    config : mapping
        Such as ``{"cost": {"name": "quadratic"}}``, which gives ``{"cost.name": "quadratic"}``.
    prefix : str
        What stands before each name.
    """
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            found |= flat_options(value, f"{prefix}{key}.")
        else:
            # An option may be a dictionary by numbers.
            found[f"{prefix}{key}"] = value
    return found
