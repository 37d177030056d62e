"""Σ′(z) of the samples of a mini-batch."""

from __future__ import annotations

import numpy as np

from bpframe import Activation, Array


def jacobians(f: Activation, z: Array) -> Array:
    """Return ∂a_q/∂z_j of each sample, shape (n, n, m), for weighted inputs (m, n).

    The samples come last, so that what stands for one derivative is an array (m,).
    """
    return np.stack([f.jacobian(row) for row in z], axis=-1)
