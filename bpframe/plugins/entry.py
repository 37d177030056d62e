"""A registered component, its source, the options that its fields make, and how it is built."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from omegaconf import OmegaConf

from bpframe.core.component import Component
from bpframe.errors import PluginError
from bpframe.plugins.hints import as_declared, depth, nesting, widened

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
        fields = ", ".join(f.name for f in dataclasses.fields(self.component))
        try:
            hints = get_type_hints(self.component)
        except NameError as error:
            where = f"{self.component.__module__}.{self.component.__name__}"
            raise PluginError(f"the types of {where}'s fields {fields}: {error}") from error
        return {
            f.name.removesuffix("_"): (widened(hints[f.name]), f)
            for f in dataclasses.fields(self.component)
        }

    def schema(self) -> type[Any]:
        """Return the dataclass that Hydra checks against: the options, and ``name``."""
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

    def build(self, values: Mapping[str, Any]) -> Component:
        """Return the component with the values of some of its options; the others are defaults.

        Raises
        ------
        omegaconf.errors.OmegaConfBaseException
            If a value is not of the option's type.
        ValueError, TypeError, ArithmeticError
            If the component refuses a value.
        """
        options = self.options()
        # Through the schema, so that an enum arrives as one and not as its name.
        node = OmegaConf.merge(OmegaConf.structured(self.schema()), dict(values))
        typed: Any = OmegaConf.to_container(node)
        for option in values:
            if nesting(typed[option]) > depth(options[option][0]):
                raise ValueError(f"{option} is {typed[option]}; it holds no lists or mappings")
        return self.component(
            **{options[o][1].name: as_declared(typed[o], options[o][0]) for o in values}
        )
