"""What the diagnostics are made of: norms, shares and angles."""

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


def angle(u: Array, v: Array) -> float:
    """Return the angle between two vectors in degrees; NaN if one is zero.

    The arc cosine of their product would lose half of the digits of a small angle.
    Source: Kahan 2006, "How futile are mindless assessments of roundoff in floating-point
    computation?", § 12.
    """
    a, b = (w.ravel().astype(np.float64) / norm(w) for w in (u, v))
    return math.degrees(2 * math.atan2(norm(a - b), norm(a + b)))
