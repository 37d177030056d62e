"""From a name to a component, for Python code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpframe.core.component import Component
from bpframe.errors import ConfigError
from bpframe.plugins.loading import loaded_plugins
from bpframe.plugins.registry import ALL_KINDS


def component(kind: str, given: Any) -> Any:
    """Return the component that is meant: by name, with options, as a class, or as it is.

    Parameters
    ----------
    kind : str
        ``activation``, ``cost``, ``backprop``, ``optimizer``, ``initializer``, ``regularizer``,
        ``schedule``, ``clipping``, ``stopping``, ``metric``, ``data`` or ``task``.
    given : str, mapping, class or Component
        The name that a plugin has registered it under; ``{"name": …, option: value}``; a class of
        the kind, whose defaults are taken; or the component itself. Plugins are loaded once, and
        only for a name.

    Raises
    ------
    ValueError
        If there is no such kind or name, or an option has a value that is not allowed.
    TypeError
        If it is something else, or a component of another kind.

    Examples
    --------
    >>> import bpframe
    >>> bpframe.component("optimizer", {"name": "sgd", "learning_rate": 0.5})
    SGD(learning_rate=0.5)
    """
    if kind not in ALL_KINDS:
        raise ValueError(f"there is no kind '{kind}'; known are {', '.join(ALL_KINDS)}")
    base: type[Component] = ALL_KINDS[kind]
    if isinstance(given, str | Mapping):
        return _registered(kind, {"name": given} if isinstance(given, str) else given)
    if isinstance(given, type) and issubclass(given, base):
        given = given()
    if isinstance(given, base):
        return given
    raise TypeError(
        f"{kind} is {given!r}; it must be a name, such as '{next(iter(_names(kind)))}', or a "
        f"class or an instance of bpframe.{base.__name__}"
    )


def _names(kind: str) -> list[str]:
    return list(loaded_plugins().registry.entries[kind])


def _registered(kind: str, values: Mapping[str, Any]) -> Component:
    registry, name = loaded_plugins().registry, values.get("name")
    if name not in _names(kind):
        raise ValueError(
            f"there is no {kind} {name!r}; known are {', '.join(_names(kind))}."
            + registry.suggestion(kind, str(name))
        )
    try:
        built: Component = registry.build(kind, values)
    except ConfigError as error:
        raise ValueError(str(error)) from error
    return built
