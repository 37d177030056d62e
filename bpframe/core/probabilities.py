"""The probabilities of classes, from outputs of any kind."""

from __future__ import annotations

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.interval import Interval

UNIT = Interval(0.0, 1.0)


def probabilities(a: Array, outputs: Interval) -> Array:
    """Return the probability of each class, float64, shape (n, n_L).

    Outputs that sum to 1, such as those of softmax, are probabilities. Those from 0 to 1, such as
    sigmoid's, are divided by their sum; where all are 0, each class has the same.

    Parameters
    ----------
    a : array, shape (n, n_L)
        Outputs, one a class.
    outputs : Interval
        What they may be.

    Raises
    ------
    ValueError
        If they may be less than 0 or more than 1.
    """
    a = a.astype(np.float64)
    if outputs.sums_to_one:
        return a
    if not UNIT.holds(outputs):
        raise ValueError(
            f"the outputs are in {outputs}, and no probabilities; take an output activation with "
            "outputs from 0 to 1, such as softmax or sigmoid"
        )
    sums = a.sum(axis=1, keepdims=True)
    same: Array = np.full_like(a, 1 / a.shape[1])
    shares: Array = np.divide(a, sums, out=same, where=sums > 0)
    return shares
