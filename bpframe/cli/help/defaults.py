"""The defaults of all options, as they are without anything on the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from bpframe.cli.schema import RootConfig, default_choices, primary
from bpframe.plugins.registry import Registry


def defaults_of(registry: Registry) -> dict[str, Any]:
    """Return what Hydra composes of bpframe's own configuration, without Hydra.

    Of a component or a section it is the name alone.
    """
    config: dict[str, Any] = dataclasses.asdict(RootConfig())
    config |= {name: {"name": next(iter(registry.entries[name]))} for name in registry.sections}
    for group, name in default_choices().items():
        # What stands behind an @ is where the choice goes; what is Hydra's own is no option.
        if not group.startswith("override "):
            config[group.partition("@")[2] or group] = name and {"name": name}
    of_options = {k: v for k, v in primary().items() if k not in ("defaults", "hydra")}
    return _merged(config, of_options)


def option_of(config: Mapping[str, Any], name: str) -> Any:
    """Return the value of an option by its dotted name; None if there is none."""
    value: Any = config
    for key in name.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _merged(config: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in changes.items():
        known = config.get(key)
        config[key] = _merged(known, value) if isinstance(known, dict) else value
    return config
