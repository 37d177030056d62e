"""What the diagnostics are made of: norms, shares, slopes and angles."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bpframe import Activation, Array

# Where a largest slope is looked for. The functions of the books have theirs within.
GRID = np.linspace(-10, 10, 401)
STEEP = 1.0


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


def largest_slopes(f: Activation, n: int, dtype: npt.DTypeLike) -> Array:
    """Return the largest |f′| of each neuron of a layer, shape (n,), but at most 1.

    It is looked for from z = -10 to 10. A slope of 1 lets an error pass as it is, so it is steep
    enough, however steep a function such as z² becomes. Of a function whose outputs depend on the
    whole layer, such as softmax, f′ is ∂a_j/∂z_j, seen at the first neuron while the z of the
    others are 0.
    """
    z: Array = np.zeros((len(GRID), n), dtype)
    seen = n if f.elementwise else 1
    z[:, :seen] = GRID[:, np.newaxis]
    with np.errstate(all="ignore"):
        slopes = np.abs(f.derivative(z, f(z)))[:, :seen]
        largest: Array = np.fmax.reduce(slopes, axis=0, initial=0.0)
    return np.broadcast_to(np.minimum(largest, STEEP), (n,))
