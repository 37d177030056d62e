"""Derivatives by central differences, (C(w + ε) - C(w - ε)) / 2ε; compare (46) of the book."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bpframe.core.arrays import Array

STEP = 1e-5


def gradient_of(function: Callable[[], float], vector: Array, step: float = STEP) -> Array:
    """Return ∂function/∂vector; the function reads the vector, which is left as it was."""
    gradient = np.empty_like(vector)
    for i, value in enumerate(vector):
        ends = []
        for moved in (value + step, value - step):
            vector[i] = moved
            ends.append(function())
        vector[i] = value
        gradient[i] = (ends[0] - ends[1]) / (2 * step)
    return gradient


def jacobian_of(function: Callable[[Array], Array], z: Array) -> Array:
    """Return ∂a_j/∂z_k as row j, column k, for z of shape (n,)."""
    steps = STEP * np.eye(len(z))
    return np.stack([(function(z + s) - function(z - s)) / (2 * STEP) for s in steps], axis=1)


def slope_of(function: Callable[[Array], Array], z: Array) -> Array:
    """Return f′(z) of an elementwise function."""
    return (function(z + STEP) - function(z - STEP)) / (2 * STEP)
