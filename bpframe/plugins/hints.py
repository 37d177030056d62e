"""What a type of an option says about its values."""

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


def depth(hint: Any) -> float:
    """Return how many lists may stand inside each other: 0 for a number, 1 for a list of them."""
    origin, inner = get_origin(hint), [a for a in get_args(hint) if a is not ...]
    if origin in (Union, UnionType):
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
