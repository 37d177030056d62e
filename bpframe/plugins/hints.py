"""Reads from the type of an option what its values may be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin


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
