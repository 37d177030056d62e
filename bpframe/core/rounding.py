"""An estimate of how much rounding changes a cost, and how far to move a parameter despite it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.core.data import Batch
from bpframe.core.objective import Objective
from bpframe.core.parameters import Parameters

ROUNDING = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
# Of how many roundings the largest is taken, and how many times that is allowed for.
ROUNDINGS = 8
ROOM = 4


def reaches_of(parameters: Parameters, inputs: Sequence[Array]) -> Array:
    """Return how far each parameter is moved for an ε of 1, shape (count,).

    Moving w moves z by a times as much, and z is rounded by a share of w a: the error of the
    formula and that of rounding are alike where z moves by the cube root of it. No parameter
    moves by more than a share of itself, or of 1.

    Parameters
    ----------
    parameters : Parameters
        Of the network, in float64.
    inputs : sequence of arrays, shape (m, n_in + 1)
        The inputs of each layer of weights, with ones: `ForwardPass.a_one`.
    """
    reaches = Parameters(parameters.sizes, np.float64)
    for block, w, a_one in zip(reaches.blocks, parameters.blocks, inputs, strict=True):
        a = np.maximum(TINY, np.abs(a_one).max(axis=0))
        of_z = np.cbrt(np.maximum(1, np.abs(w) * a)) / a
        block[:] = np.minimum(np.maximum(1, np.abs(w)), of_z)
    # Of a network whose numbers are not finite there is no derivative anyway.
    return np.where(np.isfinite(reaches.vector) & (reaches.vector > 0), reaches.vector, 1.0)


def change_by_last_digit(cost: Cost, a: Array, y: Array, costs: Array) -> Array:
    """Return by how much C_x changes if each output is one digit off, either way, shape (m,).

    Parameters
    ----------
    cost : Cost
        The cost.
    a, y : arrays, shape (m, n_L)
        Outputs and targets.
    costs : array, shape (m,)
        C_x of these outputs.
    """
    factors = (1 - ROUNDING, 1 + ROUNDING)
    changes = (abs(cost.value(a * factor, y) - costs) for factor in factors)
    largest: Array = np.maximum(*changes)
    return largest


def change_by_rounding(objective: Objective, batch: Batch, reaches: Array) -> Array:
    """Return the largest change of C_x by rounding in the network, of several, shape (m,).

    Beside the network's own parameters it is looked at around them: where the cost has its
    minimum, rounding changes nothing.

    Parameters
    ----------
    objective : Objective
        The network, in float64, and the cost. Its parameters are left as they were.
    batch : Batch
        m samples, in float64.
    reaches : array, shape (count,)
        How far each parameter is moved.
    """
    vector = objective.network.parameters.vector
    rng, own = np.random.default_rng(0), vector.copy()
    changes: Array = np.zeros(len(batch.x))
    for number in range(ROUNDINGS):
        if number:
            vector[:] = own + reaches * _signs(rng, own.shape)
        change = _rounded(objective, batch, rng) - _rounded(objective, batch, None)
        np.fmax(changes, abs(change), out=changes)
    vector[:] = own
    return changes


def allowed_rounding(costs: Array, changes: Array) -> Array:
    """Return what rounding may change C_x by, from C_x and its changes, shape (m,)."""
    allowed: Array = ROOM * np.maximum(ROUNDING * abs(costs), changes)
    return allowed


def _rounded(objective: Objective, batch: Batch, rng: np.random.Generator | None) -> Array:
    """Return C_x, with each sum and each activation off by its rounding either way if drawn."""
    network, a_one = objective.network, batch.x_one
    for block, f in zip(network.parameters.blocks, network.activations, strict=True):
        z = a_one @ block.T
        if rng:
            z += ROUNDING * _signs(rng, z.shape) * (np.abs(a_one) @ np.abs(block).T)
        a = f(z)
        if rng:
            a = a * (1 + ROUNDING * _signs(rng, z.shape))
        a_one = np.column_stack([a, np.ones(len(a))])
    return objective.cost.value(a, batch.y)


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.choice([-1.0, 1.0], shape)
