"""What a component of every kind promises."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Hashable, Iterator

from bpframe.core.components import Component
from bpframe.docstrings import descriptions
from bpframe.errors import PluginError
from bpframe.plugins.registry import KINDS, Registry
from bpframe.run import Settings
from bpframe.testing.claims import Claim, claim, require


def checks(component: Component) -> Iterator[Claim]:
    """Yield the checks."""
    yield claim(can_be_registered, component)
    yield claim(says_in_one_line_what_it_is, component)
    yield claim(describes_every_option, component)
    yield claim(comes_back_from_a_configuration, component)
    yield claim(equals_what_is_built_alike, component)
    yield claim(survives_pickling_and_copying, component)


def can_be_registered(component: Component) -> None:
    """Hold that it is a dataclass whose fields have defaults, and types that Hydra can hold."""
    _registry(component)


def says_in_one_line_what_it_is(component: Component) -> None:
    """Hold that there is a line for ``--help``; a dataclass without one shows its signature."""
    cls, summary = type(component), component.summary()
    require(
        bool(summary) and not summary.startswith(f"{cls.__name__}("),
        f"{cls.__name__} has no docstring; its first line is what --help shows",
    )


def describes_every_option(component: Component) -> None:
    """Hold that the docstring says under Parameters what each option means, for ``--help``."""
    said = descriptions(type(component))
    options = [f.name.removesuffix("_") for f in dataclasses.fields(component)]
    missing = [option for option in options if not said.get(option)]
    require(
        not missing,
        f"{type(component).__name__} does not describe {', '.join(missing)}: its docstring needs a "
        "section Parameters with an entry for each field, 'name : type' and an indented text",
    )


def comes_back_from_a_configuration(component: Component) -> None:
    """Hold that what is built from its options is the same component."""
    values = {
        f.name.removesuffix("_"): getattr(component, f.name) for f in dataclasses.fields(component)
    }
    built = _registry(component).build(
        _group(component), {"name": "checked", **copy.deepcopy(values)}
    )
    for f in dataclasses.fields(component):
        before, after = getattr(component, f.name), getattr(built, f.name)
        require(before == after, f"field '{f.name}' is {after!r} where {before!r} was configured")


def equals_what_is_built_alike(component: Component) -> None:
    """Hold that equal fields make equal components, with equal hashes."""
    other = dataclasses.replace(component)
    require(component == other, f"{component!r} does not equal another one with the same fields")
    fields = [getattr(component, f.name) for f in dataclasses.fields(component)]
    if all(isinstance(value, Hashable) for value in fields):
        require(hash(component) == hash(other), f"{component!r}: the hashes of equal ones differ")


def survives_pickling_and_copying(component: Component) -> None:
    """Hold it, for it may be sent to a worker process."""
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


def _registry(component: Component) -> Registry:
    registry = Registry()
    kind = KINDS.get(component.kind, Settings)
    name = "checking/checked" if kind is Settings else "checked"
    try:
        registry.registrar(kind)(name, type(component))
    except PluginError as error:
        raise AssertionError(str(error)) from error
    return registry


def _group(component: Component) -> str:
    return component.kind if component.kind in KINDS else "checking"
