"""Components as plain values, and back: for files that travel."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from importlib import import_module
from typing import Any

import numpy as np

from bpframe.errors import CheckpointError


def as_plain(value: Any) -> Any:
    """Return a component, or what stands in one of its fields, as values that JSON has.

    Frozen dataclasses become the name of their class and their fields, members of enumerations
    their names; tuples, lists and dictionaries keep what they are.

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
    # A long double is its own item.
    if isinstance(value, np.generic) and not isinstance(value.item(), np.generic):
        return as_plain(value.item())
    # A named tuple would come back as a plain one.
    if type(value) in (tuple, list):
        return {type(value).__name__: [as_plain(member) for member in value]}
    if isinstance(value, Mapping):
        return {"dict": [[as_plain(k), as_plain(v)] for k, v in value.items()]}
    if _is_frozen_dataclass(cls) and "<" not in name:
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
    match plain:
        case None | bool() | int() | float() | str():
            return plain
        case {"class": str(name), "fields": dict(fields)}:
            return _made(name, fields)
        case {"class": str(name), "member": str(member)}:
            return _member(name, member)
        case {"dict": list(pairs)}:
            return {from_plain(key): from_plain(value) for key, value in pairs}
        case {"tuple": list(members)}:
            return tuple(map(from_plain, members))
        case {"list": list(members)}:
            return [from_plain(member) for member in members]
    raise CheckpointError(f"{plain!r} is nothing that a component is made of")


def _made(name: str, fields: dict[str, Any]) -> Any:
    given = {field: from_plain(value) for field, value in fields.items()}
    try:
        cls = _class(name)
        # What a file names is called; so it is nothing that does more than hold its fields.
        if not _is_frozen_dataclass(cls):
            raise TypeError("it is no frozen dataclass")
        return cls(**given)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise CheckpointError(f"the component {name} cannot be made again: {error}") from None


def _member(name: str, member: str) -> Enum:
    try:
        cls = _class(name)
        if not issubclass(cls, Enum):
            raise TypeError("it is no enumeration")
        return cls[member]
    except (ImportError, AttributeError, TypeError, KeyError) as error:
        raise CheckpointError(f"{member!r} of {name} is not there: {error}") from None


def _is_frozen_dataclass(cls: type) -> bool:
    parameters = getattr(cls, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def _class(name: str) -> type:
    module, _, qualname = name.partition(":")
    found: Any = import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise TypeError("it is no class")
    return found
