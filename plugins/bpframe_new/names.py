"""Which names a new project may have."""

from __future__ import annotations

import builtins
import importlib.util
import keyword
import os
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import bpframe
from bpframe.errors import ConfigError
from bpframe_new.kinds import KINDS, OBSERVER

if TYPE_CHECKING:
    from bpframe import Registry

LONGEST = 40
ANOTHER = "choose another name"
# What the modules of a project name themselves, besides what they import from bpframe.
OTHER_NAMES = {"Callable", "Check", "NotFittingError", "Path", "Register", *dir(builtins)}


def class_name(name: str) -> str:
    """Return ``MyRule`` for ``my_rule``."""
    return "".join(word.capitalize() for word in name.split("_"))


def check_name(name: str, kind: str, registry: Registry) -> None:
    """Raise a ConfigError for a name that no package, class or component can have, or is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        fitting = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")[:LONGEST]
        raise ConfigError(
            f"'{name}' is no name for a package: it has small letters, digits and single _ between "
            f"them, begins with a letter, and is at most {LONGEST} long"
            + (f"; try '{fitting.strip('_')}'" if fitting else "")
        )
    cls = class_name(name)
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise ConfigError(f"'{name}' is a word of Python's own; {ANOTHER}")
    if cls in bpframe.__all__ or cls in OTHER_NAMES:
        raise ConfigError(
            f"the class of '{name}' would be {cls}, which is there already; {ANOTHER}"
        )
    if os.path.lexists(name):
        raise ConfigError(
            f"there is a '{name}' here already, and nothing is overwritten; {ANOTHER}"
        )
    _check_registered(name, kind, registry)
    if name in sys.stdlib_module_names or importlib.util.find_spec(name):
        raise ConfigError(f"there is a Python module '{name}' already; {ANOTHER}")
    try:
        installed = version(name.replace("_", "-"))
    except PackageNotFoundError:
        return
    raise ConfigError(f"'{name}' {installed} is installed already; {ANOTHER}")


def _check_registered(name: str, kind: str, registry: Registry) -> None:
    """Raise a ConfigError if bpframe would refuse to register the component."""
    component = KINDS[kind].component
    if kind == OBSERVER:
        if registry.has_key(name):
            raise ConfigError(f"the configuration has a '{name}' already; {ANOTHER}")
    elif name in registry.entries[component]:
        source = registry.entries[component][name].source
        raise ConfigError(f"{component} '{name}' is taken by {source}; {ANOTHER}")
