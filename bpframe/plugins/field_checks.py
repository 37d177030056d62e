"""Checks that the fields of a component can be its options."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.core.component import Component
from bpframe.errors import PluginError
from bpframe.plugins.entry import Entry


def check_fields(entry: Entry, kind: type[Component]) -> None:
    """Raise a PluginError unless each field of a component of a kind can be an option."""
    where = f"{entry.component.__module__}.{entry.component.__name__}"
    for f in dataclasses.fields(entry.component):
        if hasattr(kind, f.name):
            raise PluginError(f"field '{f.name}' of {where} {_what_to_write(f, kind)}")
    for option, (_, f) in entry.options().items():
        if option == "name":
            raise PluginError(f"field '{f.name}' of {where}: 'name' is the component's own name")
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise PluginError(f"field '{f.name}' of {where} needs a default")
    try:
        OmegaConf.structured(entry.schema())
    except OmegaConfBaseException:
        for option, (hint, f) in entry.options().items():
            _check_type(option, hint, f, where)
        raise


def _what_to_write(f: dataclasses.Field[Any], kind: type[Component]) -> str:
    """Return what to write for a field that has the name of an attribute of its kind's base."""
    name, of_base = f.name, inspect.getattr_static(kind, f.name)
    if callable(of_base) or isinstance(of_base, classmethod):
        return (
            f"would hide the method {kind.__name__}.{name}: define the method, or call an option "
            f"{name}_, which is {kind.kind}.{name} on the command line"
        )
    hint = f.type if isinstance(f.type, str) else inspect.formatannotation(f.type)
    value = f.default if f.default_factory is dataclasses.MISSING else f.default_factory()
    told = f"would make an option of what {kind.__name__} says about itself: "
    if isinstance(of_base, property):
        # Without a value of its own the field has taken the base's property as its default.
        value = "…" if value is of_base else repr(value)
        return (
            f"{told}write {name} = {value} without the type, or, where it depends on options, "
            f"@property def {name}(self) -> {hint}: return …"
        )
    if value is of_base or value == of_base:
        return f"{told}leave the line out, for {name} is {value!r} without it"
    if name == "kind":
        return f"{told}leave the line out, for kind must be {of_base!r}"
    return f"{told}write {name} = {value!r}, or {name}: ClassVar[{hint}] = {value!r}"


def _check_type(option: str, hint: Any, f: dataclasses.Field[Any], where: str) -> None:
    probe = type("Probe", (), {"__annotations__": {option: hint}, option: f})
    try:
        OmegaConf.structured(dataclasses.dataclass(init=False, repr=False, eq=False)(probe))
    except OmegaConfBaseException as error:
        raise PluginError(
            f"field '{f.name}' of {where} has the type {f.type}, which a configuration cannot "
            "hold; allowed are bool, int, float, str, bytes, pathlib.Path, enums, None, and "
            f"lists, dicts, tuples and unions of them ({str(error).splitlines()[0]})"
        ) from error
