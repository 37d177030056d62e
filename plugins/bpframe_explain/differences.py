"""(46): the gradient by its definition, from the cost at changed weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpframe import Array, ForwardPass, Objective, with_ones
from bpframe_explain.sample import Sample

EPSILON = 1e-5


def differences(objective: Objective, sample: Sample, places: Sequence[int]) -> Array:
    """Return (C(w + ε e_j) - C(w - ε e_j)) / 2ε for some parameters of a network in float64.

    Central differences are off by about ε², those of (46) by about ε.

    Parameters
    ----------
    objective : Objective
        Its network is left as it was.
    sample : Sample
        C is its C_x.
    places : sequence of int, p of them
        Where the parameters stand in ``parameters.vector``.

    Returns
    -------
    array, shape (p,)
        The derivatives.
    """
    vector = objective.network.parameters.vector
    forward = ForwardPass(objective.network, 1)
    x_one, y = with_ones(sample.x[None], float), sample.y[None]

    def cost_at(place: int, value: float) -> float:
        vector[place] = value
        return float(objective.cost.value(forward(x_one), y)[0])

    values = np.empty(len(places))
    for number, place in enumerate(places):
        before = vector[place]
        rise = cost_at(place, before + EPSILON) - cost_at(place, before - EPSILON)
        vector[place] = before
        values[number] = rise / (2 * EPSILON)
    return values
