"""The checks of a component of any kind."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle
from collections.abc import Hashable, Iterator
from typing import Any

from bpframe.core.component import Component
from bpframe.docstrings import descriptions
from bpframe.errors import ConfigError, PluginError, message_of
from bpframe.plugins.registry import ALL_KINDS, Registry
from bpframe.run import Settings
from bpframe.testing.assertions import Trial, require, trial

# Those that are not of an option's type are refused before the component sees them.
ODD: tuple[Any, ...] = (-1, 0, 0.5, 10**400, math.inf, math.nan, "", "?", [], None)


def checks(component: Component) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(can_be_registered, component)
    yield trial(says_in_one_line_what_it_is, component)
    yield trial(describes_every_option, component)
    yield trial(comes_back_from_a_configuration, component)
    yield trial(refuses_values_with_words, component)
    yield trial(equals_what_is_built_alike, component)
    yield trial(survives_pickling_and_copying, component)


def can_be_registered(component: Component) -> None:
    """Check that it is a dataclass whose fields can be options: their names, types and defaults."""
    _registry(component)


def says_in_one_line_what_it_is(component: Component) -> None:
    """Check that there is a line for ``--help``; a dataclass without one shows its signature."""
    cls, summary = type(component), component.summary()
    require(
        bool(summary) and not summary.startswith(f"{cls.__name__}("),
        f"{cls.__name__} has no docstring; its first line is what --help shows",
    )


def describes_every_option(component: Component) -> None:
    """Check that the docstring says under Parameters what each option means, for ``--help``."""
    said = descriptions(type(component))
    options = [f.name.removesuffix("_") for f in dataclasses.fields(component)]
    missing = [option for option in options if not said.get(option)]
    require(
        not missing,
        f"{type(component).__name__} does not describe {', '.join(missing)}: its docstring needs a "
        "section Parameters with an entry for each field, 'name : type' and an indented text",
    )


def comes_back_from_a_configuration(component: Component) -> None:
    """Check that what is built from its options is the same component."""
    built = _registry(component).build(
        _group(component), {"name": "checked", **_options(component)}
    )
    for f in dataclasses.fields(component):
        before, after = getattr(component, f.name), getattr(built, f.name)
        require(before == after, f"field '{f.name}' is {after!r} where {before!r} was configured")


def refuses_values_with_words(component: Component) -> None:
    """Check that odd values of an option are taken, or refused by a ValueError that says why."""
    registry, cls = _registry(component), type(component)
    for f in dataclasses.fields(component):
        option = f.name.removesuffix("_")
        for value in ODD:
            given = {"name": "checked", **_options(component), option: value}
            try:
                registry.build(_group(component), given)
            except ConfigError as error:
                said = str(error).partition("'checked': ")[2]
                require(
                    bool(said.strip()),
                    f"{cls.__name__} refuses {option} = {value!r} without a word; raise "
                    f'ValueError("{option} is …; it must be …")',
                )
            except Exception as error:
                raise AssertionError(
                    f"{cls.__name__} meets {option} = {value!r} with {message_of(error)}; what is "
                    "not allowed is refused in __post_init__ by a ValueError that says what is"
                ) from error


def equals_what_is_built_alike(component: Component) -> None:
    """Check that equal fields make equal components, with equal hashes."""
    other = dataclasses.replace(component)
    require(component == other, f"{component!r} does not equal another one with the same fields")
    fields = [getattr(component, f.name) for f in dataclasses.fields(component)]
    if all(isinstance(value, Hashable) for value in fields):
        require(hash(component) == hash(other), f"{component!r}: the hashes of equal ones differ")


def survives_pickling_and_copying(component: Component) -> None:
    """Check that pickling and copying keep it, for it may be sent to a worker process."""
    for way in ("pickled", "copied"):
        try:
            other = (
                pickle.loads(pickle.dumps(component))
                if way == "pickled"
                else copy.deepcopy(component)
            )
        except Exception as error:
            raise AssertionError(
                f"{component!r} cannot be {way}: {type(error).__name__}: {error}"
            ) from error
        require(component == other, f"{component!r} is {other!r} after it was {way}")


def _options(component: Component) -> dict[str, Any]:
    values = {
        f.name.removesuffix("_"): getattr(component, f.name) for f in dataclasses.fields(component)
    }
    return copy.deepcopy(values)


def _registry(component: Component) -> Registry:
    registry = Registry()
    kind = ALL_KINDS.get(component.kind, Settings)
    name = "checking/checked" if kind is Settings else "checked"
    try:
        registry.registrar(kind)(name, type(component))
    except PluginError as error:
        raise AssertionError(str(error)) from error
    return registry


def _group(component: Component) -> str:
    return component.kind if component.kind in ALL_KINDS else "checking"
