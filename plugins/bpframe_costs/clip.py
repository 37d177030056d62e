"""Keeps outputs inside the open interval (0, 1)."""

import numpy as np

from bpframe import Array


def inside(a: Array) -> Array:
    """Return outputs in [0, 1] moved to the least normal number above 0 and one step below 1."""
    eps = np.finfo(a.dtype).epsneg
    return np.clip(a, np.finfo(a.dtype).tiny, 1 - eps)
