"""Checks that the fields of a component can be its options, and what it says of itself."""

from __future__ import annotations

import dataclasses
import inspect
from functools import cache
from numbers import Real
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from bpframe.core.component import Component
from bpframe.errors import PluginError
from bpframe.plugins.entry import Entry, default_of
from bpframe.plugins.hints import is_plain


def check_fields(entry: Entry, kind: type[Component]) -> None:
    """Raise a PluginError unless each field of a component of a kind can be an option."""
    where = f"{entry.component.__module__}.{entry.component.__name__}"
    fields = dataclasses.fields(entry.component)
    # What the kind gives each of its components as an option, such as the warm-up of a schedule.
    own_options = {f.name for f in dataclasses.fields(kind)}
    for f in fields:
        # Those of a class alone, such as ABCMeta.register, are no attributes of a component.
        if any(f.name in vars(c) for c in kind.__mro__) and f.name not in own_options:
            what = _what_to_write(f, kind, _without(entry.component, f.name))
            raise PluginError(f"field '{f.name}' of {where} {what}")
        if not f.init:
            raise PluginError(
                f"field '{f.name}' of {where} is no argument (init=False), and every field is an "
                f"option: compute it where it is needed, or in @property def {f.name}(self)"
            )
    options = entry.options()
    for f in fields:
        if options[f.name.removesuffix("_")][1] is not f:
            raise PluginError(
                f"fields '{f.name}' and '{f.name}_' of {where} would both be the option "
                f"{f.name}: rename one"
            )
    for option, (_, f) in options.items():
        if option == "name":
            raise PluginError(f"field '{f.name}' of {where}: 'name' is the component's own name")
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise PluginError(f"field '{f.name}' of {where} needs a default")
    if not all(is_plain(hint, default_of(f)) for hint, f in options.values()):
        _check_types(entry, where)


def _check_types(entry: Entry, where: str) -> None:
    """Raise a PluginError unless a configuration can hold the type of each field, and its default.

    That is tried out with OmegaConf, whose import takes as long as that of all components: what is
    `is_plain` can do without.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        OmegaConf.structured(entry.schema())
    except OmegaConfBaseException:
        for option, (hint, f) in entry.options().items():
            _check_type(option, hint, f, where)
        raise


def check_attributes(entry: Entry, kind: type[Component]) -> None:
    """Raise a PluginError unless what a component says of itself is of the type of its kind's."""
    cls = entry.component
    where = f"{cls.__module__}.{cls.__name__}"
    # Each start of a command comes by here, and to look up the others takes its time.
    classes = [c for c in cls.__mro__ if c not in kind.__mro__]
    written = {name for c in classes for name in vars(c)}
    for f in dataclasses.fields(kind):
        # Without the type a dataclass goes on with the default of its base.
        if f.name in written and not any(f.name in inspect.get_annotations(c) for c in classes):
            raise PluginError(
                f"{f.name} of {where} would not be the default of the option {f.name}: write the "
                f"type, {f.name}: {_declared(f)} = {getattr(cls, f.name)!r}"
            )
        written.discard(f.name)
    for name in sorted(written.intersection(dir(kind))):
        own, of_base = (inspect.getattr_static(c, name) for c in (cls, kind))
        if name.startswith("_") or own is of_base:
            continue
        hint, computed = _type_of(kind, name), hasattr(own, "__get__")
        if hint is None and not computed and not callable(own):
            raise PluginError(f"{name} of {where} is {own!r}; it must be a method")
        if hint and inspect.isfunction(own):
            raise PluginError(
                f"{name} of {where} is a method; write @property above it, for {name} is read "
                "without a call"
            )
        if hint and not computed and not _is_of(own, hint):
            must = hint.__name__ if isinstance(hint, type) else hint
            raise PluginError(f"{name} of {where} is {own!r}; its type must be {must}")


@cache
def _type_of(kind: type[Component], name: str) -> Any:
    """Return the type of an attribute that a kind's base has, or None for a method."""
    of_base = inspect.getattr_static(kind, name)
    if isinstance(of_base, property):
        return get_type_hints(of_base.fget)["return"]
    declared = get_type_hints(kind).get(name)
    return get_args(declared)[0] if declared else None


def _is_of(value: object, hint: Any) -> bool:
    """Return whether a value is of a type; of what a tuple holds, nothing is asked."""
    alternatives = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return isinstance(
        value, tuple(Real if h is float else get_origin(h) or h for h in alternatives)
    )


def _without(cls: type[Component], name: str) -> Any:
    """Return the attribute that a component would have without a field of this name."""
    mro = inspect.getmro(cls)
    writes = next(i for i, c in enumerate(mro) if name in inspect.get_annotations(c))
    return next(vars(c)[name] for c in mro[writes + 1 :] if name in vars(c))


def _what_to_write(f: dataclasses.Field[Any], kind: type[Component], of_base: Any) -> str:
    """Return what to write for a field that has the name of an attribute of its kind's base.

    Parameters
    ----------
    f : dataclasses.Field
        The field.
    kind : type of Component
        The kind's base.
    of_base
        The attribute that there is without the field.
    """
    name = f.name
    if callable(of_base) or isinstance(of_base, classmethod):
        return (
            f"would hide the method {kind.__name__}.{name}: define the method, or call an option "
            f"{name}_, which is {kind.kind}.{name} on the command line"
        )
    hint = _declared(f)
    value = default_of(f)
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


def _declared(f: dataclasses.Field[Any]) -> str:
    """Return the type of a field as its author wrote it."""
    return f.type if isinstance(f.type, str) else inspect.formatannotation(f.type)


def _check_type(option: str, hint: Any, f: dataclasses.Field[Any], where: str) -> None:
    """Raise a PluginError if a configuration cannot hold the type of a field, or its default."""
    from omegaconf import MISSING
    from omegaconf.errors import OmegaConfBaseException

    declared = _declared(f)
    try:
        _hold(option, hint, MISSING)
    except OmegaConfBaseException as error:
        raise PluginError(
            f"field '{f.name}' of {where} has the type {declared}, which a configuration cannot "
            "hold; allowed are bool, int, float, str, bytes, pathlib.Path, enums, None, and "
            f"lists, dicts, tuples and unions of them ({str(error).splitlines()[0]})"
        ) from error
    try:
        _hold(option, hint, f)
    except OmegaConfBaseException as error:
        raise PluginError(
            f"the default of field '{f.name}' of {where} is not of its type {declared}: "
            f"{str(error).splitlines()[0]}"
        ) from error


def _hold(option: str, hint: Any, value: Any) -> None:
    """Put a value, or the default of a field, into a configuration of one option."""
    from omegaconf import OmegaConf

    probe = type("Probe", (), {"__annotations__": {option: hint}, option: value})
    OmegaConf.structured(dataclasses.dataclass(init=False, repr=False, eq=False)(probe))
