"""Plain steps, each in one matrix product with its gradient."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bpframe import (
    Array,
    Batch,
    EpochFunction,
    Parameters,
    StepPlan,
    TrainingSet,
    blas_routine,
    gathered,
    is_large,
)
from bpframe_backprop.blocks import ROWS

Order = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]
# So many are taken before anybody looks whether all is finite.
STEPS = 100


def plain_steps(
    errors: Callable[[Batch], tuple[list[Array], list[Array]]],
    parameters: Parameters,
    training: TrainingSet,
    plan: StepPlan,
) -> EpochFunction | None:
    """Return the function of `Backprop.bind_epoch` for plain steps of small mini-batches, or None.

    [w b] - η δᵀ a is one call of BLAS's gemm, which adds a product to what is there, so that no
    gradient is written and read again. It rounds once more, or once less, than a gradient and a
    step behind it.

    Parameters
    ----------
    errors : callable
        See `bpframe_backprop.full_matrix.error_pass`.
    parameters : Parameters
        Those that the errors are computed from.
    training, plan
        As in `Backprop.bind_epoch`.
    """
    decay, m = plan.weight_decay, training.batch_size
    # Large products are shared among threads, and those of this routine are not.
    layers = pairwise(parameters.sizes)
    if decay is None or m > ROWS or any(is_large(n_out, m, n_in + 1) for n_in, n_out in layers):
        return None
    gemm = blas_routine("gemm", parameters.vector)
    batches = gathered(training)
    # In Fortran's order of memory, so that the routine writes into them and not into copies.
    (_, first), *above = enumerate(block.T for block in parameters.blocks)
    vector, before = parameters.vector, parameters.vector.copy()
    zeros = np.zeros(max(len(vector), m * max(parameters.sizes)), parameters.dtype)

    def is_finite(numbers: Array) -> bool:
        # Only what is not finite is changed by a factor of 0 into something else than 0.
        return bool(numbers.dot(zeros[: len(numbers)]) == 0)

    def take(order: Order, rates: Rates, look: bool) -> int:
        """Take steps; return the number of the one that was not taken, or 0."""
        for number, (batch, rate) in enumerate(zip(batches(order), rates.tolist(), strict=True), 1):
            deltas, inputs = errors(batch)
            # The first one is infinite where the last is, unless an f′ hides it.
            if look and not all(is_finite(delta.ravel("K")) for delta in (deltas[-1], deltas[0])):
                return number
            if decay:
                for w in parameters.weights:
                    np.multiply(w, 1 - rate * decay, out=w)
            # The inputs of the network have a row a sample, activations one a neuron.
            gemm(-rate, inputs[0].T, deltas[0], 1.0, first, 0, 0, 1)
            for i, block in above:
                gemm(-rate, inputs[i], deltas[i], 1.0, block, 1, 0, 1)
        return 0

    def take_some(order: Order, rates: Rates) -> int:
        # To look at the errors of each step takes as long as two products of a small layer. One
        # that is not finite makes a bias so, and that stays: the steps are taken again then, to see
        # which it was, and also where a component has raised something at what came of it. A rate
        # of 0 would hide it.
        if rates.astype(vector.dtype).all():
            before[:] = vector
            with suppress(Exception):
                take(order, rates, look=False)
                if is_finite(vector):
                    return 0
            vector[:] = before
        return take(order, rates, look=True)

    def epoch(order: Order, rates: Rates) -> int:
        with np.errstate(over="ignore", invalid="ignore"):
            for first in range(0, len(rates), STEPS):
                own = rates[first : first + STEPS]
                if failed := take_some(order[first * m : (first + STEPS) * m], own):
                    return first + failed
        return 0

    return epoch
