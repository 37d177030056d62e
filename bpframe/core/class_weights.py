"""Stub until the branch arrives."""

from __future__ import annotations

from collections.abc import Mapping

from bpframe.core.arrays import Array
from bpframe.core.data import Data


def sample_weights(data: Data, class_weight: str | Mapping[int, float] | None) -> Array | None:
    """Return nothing."""
    return None
