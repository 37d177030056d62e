"""Puts a function of bpframe's in the place of one of Hydra's, for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(owner: type, method: str, function: Callable[..., Any]) -> Iterator[None]:
    """Let a class have another method inside, and its own again afterwards."""
    original = getattr(owner, method)
    setattr(owner, method, function)
    try:
        yield
    finally:
        setattr(owner, method, original)
