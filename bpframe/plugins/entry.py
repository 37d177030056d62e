"""A registered component, its source, and the options that its fields make."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.core.components import Component
from bpframe.errors import PluginError


@dataclass(frozen=True)
class Source:
    """Where a component comes from.

    Attributes
    ----------
    plugin : str
        Name of the entry point, or path of the file.
    distribution : str
        Name and version of the installed distribution, or ``local``.
    """

    plugin: str
    distribution: str

    def __str__(self) -> str:
        return f"plugin '{self.plugin}' ({self.distribution})"


@dataclass(frozen=True)
class Entry:
    """A registered component.

    Attributes
    ----------
    name : str
        The name on the command line.
    component : type of Component
        The frozen dataclass; its fields are the options.
    source : Source
        Who registered it.
    """

    name: str
    component: type[Component]
    source: Source

    def options(self) -> dict[str, tuple[Any, dataclasses.Field[Any]]]:
        """Return the type and the field of each option, by the option's name.

        A trailing underscore of a field's name is dropped: `lambda_` is the option ``lambda``.
        """
        fields = ", ".join(f.name for f in dataclasses.fields(self.component))
        try:
            hints = get_type_hints(self.component)
        except NameError as error:
            where = f"{self.component.__module__}.{self.component.__name__}"
            raise PluginError(f"the types of {where}'s fields {fields}: {error}") from error
        return {
            f.name.removesuffix("_"): (_widened(hints[f.name]), f)
            for f in dataclasses.fields(self.component)
        }

    def schema(self) -> type[Any]:
        """Return the dataclass that Hydra holds: the options, and ``name``."""
        hints: dict[str, Any] = {"name": str}
        values: dict[str, Any] = {"name": self.name}
        for option, (hint, f) in self.options().items():
            hints[option] = hint
            made = f.default_factory is not dataclasses.MISSING
            values[option] = (
                dataclasses.field(default_factory=f.default_factory) if made else f.default
            )
        node = type(self.component.__name__, (), {"__annotations__": hints, **values})
        # Without an __init__ an option may be called `lambda`; make_dataclass refuses keywords.
        return dataclasses.dataclass(init=False, repr=False, eq=False)(node)

    def values(self) -> dict[str, Any]:
        """Return the plain values of a configuration that chooses it with its defaults."""
        node = OmegaConf.structured(self.schema())
        values: Any = OmegaConf.to_container(node, enum_to_str=True)
        return dict(values)


def _widened(hint: Any) -> Any:
    # A whole number is a float to a person; in a union OmegaConf wants it said.
    is_union = get_origin(hint) in (Union, UnionType)
    return hint | int if is_union and float in get_args(hint) else hint


def as_declared(value: Any, hint: Any) -> Any:
    """Return a list as a tuple if its type is one: a configuration knows lists only."""
    alternatives = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    declared = any(get_origin(h) is tuple for h in alternatives)
    return tuple(value) if declared and isinstance(value, list) else value


def check_options(entry: Entry) -> None:
    """Raise a PluginError unless each field of a component can be an option."""
    where = f"{entry.component.__module__}.{entry.component.__name__}"
    if not entry.name.isidentifier():
        raise PluginError(f"'{entry.name}' for {where} is no name: letters, digits and _ only")
    for option, (_, f) in entry.options().items():
        if option == "name":
            raise PluginError(f"field '{f.name}' of {where}: 'name' is the component's own name")
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise PluginError(f"field '{f.name}' of {where} needs a default")
    try:
        OmegaConf.structured(entry.schema())
    except OmegaConfBaseException:
        for option, (hint, f) in entry.options().items():
            _check_field(option, hint, f, where)
        raise


def _check_field(option: str, hint: Any, f: dataclasses.Field[Any], where: str) -> None:
    probe = type("Probe", (), {"__annotations__": {option: hint}, option: f})
    try:
        OmegaConf.structured(dataclasses.dataclass(init=False, repr=False, eq=False)(probe))
    except OmegaConfBaseException as error:
        raise PluginError(
            f"field '{f.name}' of {where} has the type {f.type}, which a configuration cannot "
            "hold; allowed are bool, int, float, str, bytes, pathlib.Path, enums, None, and "
            f"lists, dicts, tuples and unions of them ({str(error).splitlines()[0]})"
        ) from error
