"""The measures of the diagnostics: norms and shares."""

from __future__ import annotations

import math

import numpy as np

from bpframe import Array


def norm(array: Array) -> float:
    """Return the Euclidean norm; in 64 bits, because in 32 the squares of small numbers are 0."""
    return float(np.linalg.norm(array.astype(np.float64)))


def root_mean_square(array: Array) -> float:
    """Return the norm divided by the square root of how many numbers there are."""
    return norm(array) / math.sqrt(array.size)


def share_of_small(array: Array, limit: float | Array) -> float:
    """Return the share, from 0 to 1, of the numbers that are at most `limit`, either way."""
    return float((np.abs(array) <= limit).mean())
