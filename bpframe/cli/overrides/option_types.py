"""The types that options are declared with, by the key on the command line."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

from bpframe.cli.schema import RootConfig, groups, nodes
from bpframe.plugins.registry import Registry


def declared_types(registry: Registry, key: str) -> list[Any]:
    """Return the types of the option ``key`` in every component that has it, if any."""
    group, _, option = key.partition(".")
    root = get_type_hints(RootConfig)
    if not option:
        return [root[group]] if group in root else []
    if node := nodes().get(group):
        hints = get_type_hints(node)
        return [hints[option]] if option in hints else []
    return [entry.options()[option][0] for entry in registry.entries_with(group, option)]


def option_keys(registry: Registry) -> dict[str, str]:
    """Return the key of each option, such as ``trainer.epochs``, by its last word."""
    keys = {name: name for name in (*get_type_hints(RootConfig), *groups(registry))}
    for group, node in nodes().items():
        keys |= {f.name: f"{group}.{f.name}" for f in dataclasses.fields(node)}
    for group, entries in registry.entries.items():
        for entry in entries.values():
            for option in entry.options():
                keys.setdefault(option, f"{group}.{option}")
    return keys
