"""Checks of the overrides of a command line, before Hydra composes anything."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import Any

from hydra.core.override_parser.types import (
    ChoiceSweep,
    Glob,
    IntervalSweep,
    Override,
    QuotedString,
    RangeSweep,
    Sweep,
)

from bpframe.cli.overrides.text import read_override
from bpframe.cli.schema import PACKAGE
from bpframe.errors import ConfigError
from bpframe.options import is_override
from bpframe.plugins.registry import Registry

# More than anybody waits for; how many runs they make, the strategy says.
MOST_VALUES = 10_000


def checked_overrides(words: Iterable[str], registry: Registry) -> list[str]:
    """Return each override as Hydra can read it.

    Raises
    ------
    ConfigError
        For what Hydra cannot read, refuses in its own words, or runs without a word.
    """
    overrides = []
    for word in words:
        if not is_override(word):
            raise ConfigError(f"'{word}' is no option: options are written KEY=VALUE")
        overrides.append(read_override(word, registry))
    _check_all(overrides, registry)
    return [str(override.input_line) for override in overrides]


def _check_all(overrides: list[Override], registry: Registry) -> None:
    _check_twice(overrides)
    for override in overrides:
        _check_choice(override, registry)
    # Hydra's sweepers read by themselves what varies.
    if not any(override.key_or_group == "hydra/sweeper" for override in overrides):
        _check_size(overrides, registry)
    for override in overrides:
        if override.key_or_group == "hydra.searchpath":
            check_own_files(str(folder) for folder in _as_list(override.value()))


def check_own_files(folders: Iterable[str]) -> None:
    """Raise a ConfigError for a configuration file that one of bpframe's would stand in for.

    Parameters
    ----------
    folders : iterable of str
        Where the files of one's own are, such as ``experiment/mine.yaml``.
    """
    own = files(PACKAGE)
    names = [f"{g.name}/{f.name}" for g in own.iterdir() if g.is_dir() for f in g.iterdir()]
    for folder in (folder.removeprefix("file://") for folder in folders):
        if "://" not in folder and not Path(folder).is_dir():
            raise ConfigError(f"there is no folder {folder} for configuration files")
        for name in names:
            file = Path(folder, name)
            if name.endswith(".yaml") and file.is_file():
                raise ConfigError(
                    f"{file} would never be read: bpframe has a file of that name, which comes "
                    f"first. Give it another one, such as {file.parent}/my_{file.name}"
                )


def _check_twice(overrides: list[Override]) -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for override in overrides:
        place = (override.key_or_group, override.package)
        line = str(override.input_line)
        before = seen.setdefault(place, line)
        if before != line:
            raise ConfigError(f"{before} and {line}: {place[0]} is given twice, leave one out")


def _check_choice(override: Override, registry: Registry) -> None:
    """Raise a ConfigError where a choice is not made by its name, as in ``activation=[tanh]``."""
    group, value = override.key_or_group, override.value()
    if group in ("hydra.launcher", "hydra.sweeper") and isinstance(value, str):
        named = f"{group.replace('.', '/')}={value}"
        raise ConfigError(f"{override.input_line} is written {named}")
    if group == "hydra":
        raise ConfigError(f"{override.input_line}: write hydra.OPTION=VALUE")
    if override.is_delete() or isinstance(value, Glob | dict):
        return
    if group in registry.entries:
        names = value.list if isinstance(value, ChoiceSweep) else [value]
        nothing = NoneType if override.package else str
        if not all(isinstance(name, str | QuotedString | nothing) for name in names):
            known = ", ".join(registry.entries[group])
            raise ConfigError(
                f"{override.input_line}: one is chosen by its name, {group}=NAME; known are {known}"
            )
    elif group == "experiment" or group.startswith("hydra/"):
        names = value.list if isinstance(value, ChoiceSweep) else [value]
        for name in names:
            # Hydra composes several files of such a group into one.
            if not all(isinstance(n, str | QuotedString | None) for n in _as_list(name)):
                raise ConfigError(f"{override.input_line}: a file is chosen by its name")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_size(overrides: list[Override], registry: Registry) -> None:
    """Raise a ConfigError for a sweep over nothing, or over more than a sweep can hold."""
    for override in overrides:
        if isinstance(override.value(), Sweep | Glob):
            if not (size := _size(override, registry)):
                names = registry.entries.get(override.key_or_group)
                known = f"; known are {', '.join(names)}" if names else ""
                raise ConfigError(f"{override.input_line} gives no value to run{known}")
            if size > MOST_VALUES:
                raise ConfigError(
                    f"{override.input_line} gives {size:,} values; at most {MOST_VALUES:,} are "
                    "allowed"
                )


def _size(override: Override, registry: Registry) -> int:
    """Return how many values a sweep has; 1 where that is not known before Hydra composes."""
    value = override.value()
    # What chooses the runs says whether it draws from it.
    if isinstance(value, IntervalSweep):
        return 1
    if isinstance(value, Glob):
        names = registry.entries.get(override.key_or_group)
        return len(value.filter(list(names))) if names else 1
    if isinstance(value, ChoiceSweep):
        if any(isinstance(element, Sweep) for element in value.list):
            raise ConfigError(f"{override.input_line}: a sweep cannot stand inside another one")
        return len(value.list)
    assert isinstance(value, RangeSweep)
    start, stop, step = value.start, value.stop, value.step
    assert start is not None
    assert stop is not None
    if not all(math.isfinite(number) for number in (start, stop, step)) or not step:
        raise ConfigError(f"{override.input_line}: a range has two finite ends and a step, not 0")
    return max(0, math.ceil((Fraction(stop) - Fraction(start)) / Fraction(step)))
