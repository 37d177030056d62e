"""Components as plain values, and back: for files that travel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum, EnumType
from importlib import import_module
from typing import Any

import numpy as np

from bpframe.errors import CheckpointError


def as_plain(value: Any) -> Any:
    """Return a component, or what stands in one of its fields, as values that JSON has.

    Frozen dataclasses become the name of their class and their fields, members of an enum that of
    theirs and their own; tuples and dictionaries keep what they are.

    Raises
    ------
    ValueError
        If it is something else, such as a function.
    """
    cls = type(value)
    name = f"{cls.__module__}:{cls.__qualname__}"
    # Before texts and numbers, which a member may be as well.
    if isinstance(value, Enum) and "<" not in name:
        return {"class": name, "member": value.name}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return as_plain(value.item())
    if isinstance(value, tuple | list):
        return {type(value).__name__: [as_plain(member) for member in value]}
    if isinstance(value, Mapping):
        return {"dict": [[as_plain(k), as_plain(v)] for k, v in value.items()]}
    if dataclasses.is_dataclass(value) and "<" not in name:
        fields = (f.name for f in dataclasses.fields(value) if f.init)
        return {"class": name, "fields": {f: as_plain(getattr(value, f)) for f in fields}}
    raise ValueError(
        f"{value!r} cannot stand in a file; components, and closed forms of δ^L, must be frozen "
        "dataclasses of a module, with numbers, texts, enums, lists and other such components"
    )


def from_plain(plain: Any) -> Any:
    """Return what `as_plain` has made plain.

    Raises
    ------
    CheckpointError
        If a class is not there any more, or has other fields, or refuses them.
    """
    if not isinstance(plain, dict):
        return plain
    if "class" in plain:
        return _made(plain["class"], plain)
    ((kind, members),) = plain.items()
    if kind == "dict":
        return {from_plain(key): from_plain(value) for key, value in members}
    made = [from_plain(member) for member in members]
    return tuple(made) if kind == "tuple" else made


def _made(name: str, plain: dict[str, Any]) -> Any:
    module, _, qualname = name.partition(":")
    try:
        cls: Any = import_module(module)
        for part in qualname.split("."):
            cls = getattr(cls, part)
        if "member" in plain and isinstance(cls, EnumType):
            return cls[plain["member"]]
        if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
            raise TypeError("it is no dataclass")
        return cls(**{field: from_plain(value) for field, value in plain["fields"].items()})
    except (ImportError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the component {name} cannot be made again: {error}") from None
