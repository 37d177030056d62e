"""Reads from the type of an option what its values may be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

PLAIN = {bool, int, float, str}


def is_plain(hint: Any, default: Any) -> bool:
    """Return whether a type and a default are such that any configuration can hold them.

    They are if the type is of numbers, texts, null, the names of an enum or a list of these, and
    the default is of just this type.
    """
    members = set(get_args(hint)) if _is_union(hint) else {hint}
    others = members - {NoneType}
    if not (others <= PLAIN or (len(others) == 1 and _is_plain_alone(*others))):
        return False
    if default is None:
        return NoneType in members or hint is Any
    return any(_is_of(default, member) for member in others)


def _is_plain_alone(hint: Any) -> bool:
    if get_origin(hint) is list:
        return set(get_args(hint)) <= PLAIN | {Any}
    return hint is Any or (isinstance(hint, type) and issubclass(hint, Enum))


def _is_of(value: Any, hint: Any) -> bool:
    if get_origin(hint) is list:
        return type(value) is list and all(_is_of(v, get_args(hint)[0]) for v in value)
    if type(value) is not hint and not (hint is Any and type(value) in PLAIN):
        return False
    # In a text this begins what the configuration replaces.
    return not (isinstance(value, str) and "${" in value)


def scalars(hints: Iterable[Any]) -> set[Any]:
    """Return the types of the values themselves, or of those inside lists, without None."""
    found: set[Any] = set()
    for hint in hints:
        inner = [a for a in get_args(hint) if a is not ...]
        found |= scalars(inner) if inner else {hint}
    return found - {NoneType}


def widened(hint: Any) -> Any:
    """Return a union that has float in it with int beside it: OmegaConf wants it said."""
    return hint | int if _is_union(hint) and float in get_args(hint) else hint


def as_declared(value: Any, hint: Any) -> Any:
    """Return a list as a tuple if its type is one: a configuration knows lists only."""
    alternatives = get_args(hint) if _is_union(hint) else (hint,)
    declared = any(get_origin(h) is tuple for h in alternatives)
    return tuple(value) if declared and isinstance(value, list) else value


def depth(hint: Any) -> float:
    """Return how many lists may stand inside each other: 0 for a number, 1 for a list of them."""
    origin, inner = get_origin(hint), [a for a in get_args(hint) if a is not ...]
    if _is_union(hint):
        return max(map(depth, inner))
    if origin in (list, tuple):
        return 1 + max(map(depth, inner), default=0)
    return math.inf if hint in (Any, list, tuple, dict) or origin is dict else 0


def nesting(value: Any) -> int:
    """Return how many lists or mappings stand inside each other."""
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(nesting, inner), default=0)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)
