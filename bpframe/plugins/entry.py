"""A registered component, its source, the options that its fields make, and how it is built."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from bpframe.core.component import Component
from bpframe.errors import PluginError
from bpframe.plugins.hints import as_declared, depth, is_plain, nesting, widened

# Stands for the distribution of a plugin that is not installed.
LOCAL = "local"


@dataclass(frozen=True)
class Source:
    """The plugin that a component comes from.

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

        Raises
        ------
        PluginError
            If the type of a field names something that is not there.
        """
        return _options(self)

    def schema(self) -> type[Any]:
        """Return the dataclass that Hydra checks against: the options, and ``name``."""
        return _schema(self)

    def values(self) -> dict[str, Any]:
        """Return the plain values of a configuration that chooses it with its defaults."""
        # What only tells of components does without OmegaConf, which takes its time to import.
        from omegaconf import OmegaConf

        node = OmegaConf.structured(self.schema())
        values: Any = OmegaConf.to_container(node, enum_to_str=True)
        return dict(values)

    def build(self, values: Mapping[str, Any]) -> Component:
        """Return the component with the values of some of its options; the others are defaults.

        Raises
        ------
        omegaconf.errors.OmegaConfBaseException
            If a value is not of the option's type.
        ValueError, TypeError, ArithmeticError
            If the component refuses a value.
        """
        arguments = _arguments(self, _Values(values))
        # What a component does to a list of its own, no other one sees.
        return self.component(**copy.deepcopy(arguments))


def default_of(f: dataclasses.Field[Any]) -> Any:
    """Return the default of a field, which has one."""
    return f.default if f.default_factory is dataclasses.MISSING else f.default_factory()


class _Values(dict[str, Any]):
    """Values of options, known by what they are and of which types."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))

    def __eq__(self, other: object) -> bool:
        # True equals 1, and 1 equals 1.0, but they are not the same value of an option.
        return repr(self) == repr(other)


# A sweep makes the same components for each run, and reading their types takes its time.
@functools.lru_cache(maxsize=1000)
def _options(entry: Entry) -> dict[str, tuple[Any, dataclasses.Field[Any]]]:
    fields = ", ".join(f.name for f in dataclasses.fields(entry.component))
    try:
        hints = get_type_hints(entry.component)
    except NameError as error:
        where = f"{entry.component.__module__}.{entry.component.__name__}"
        raise PluginError(f"the types of {where}'s fields {fields}: {error}") from error
    return {
        f.name.removesuffix("_"): (widened(hints[f.name]), f)
        for f in dataclasses.fields(entry.component)
    }


@functools.lru_cache(maxsize=1000)
def _schema(entry: Entry) -> type[Any]:
    hints: dict[str, Any] = {"name": str}
    values: dict[str, Any] = {"name": entry.name}
    for option, (hint, f) in entry.options().items():
        hints[option] = hint
        made = f.default_factory is not dataclasses.MISSING
        values[option] = dataclasses.field(default_factory=f.default_factory) if made else f.default
    node = type(entry.component.__name__, (), {"__annotations__": hints, **values})
    # Without an __init__ an option may be called `lambda`; make_dataclass refuses keywords.
    return dataclasses.dataclass(init=False, repr=False, eq=False)(node)


def _typed(entry: Entry, values: _Values) -> Mapping[str, Any]:
    """Return the values of options in their types: an enum and not its name."""
    options = entry.options()
    if all(option in options and is_plain(options[option][0], v) for option, v in values.items()):
        return values
    from omegaconf import OmegaConf

    node = OmegaConf.merge(OmegaConf.structured(entry.schema()), dict(values))
    typed: Any = OmegaConf.to_container(node)
    return dict(typed)


@functools.lru_cache(maxsize=1000)
def _arguments(entry: Entry, values: _Values) -> dict[str, Any]:
    options = entry.options()
    typed = _typed(entry, values)
    for option in values:
        if nesting(typed[option]) > depth(options[option][0]):
            raise ValueError(f"{option} is {typed[option]}; it holds no lists or mappings")
    return {options[o][1].name: as_declared(typed[o], options[o][0]) for o in values}
