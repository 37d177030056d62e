"""Plain steps, each in one matrix product with its gradient."""

from __future__ import annotations

from collections.abc import Callable
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
    gathered,
    is_large,
)
from bpframe_backprop.blocks import ROWS


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
    # SciPy's linear algebra takes its time to import, and only steps need it.
    from scipy.linalg.blas import get_blas_funcs

    (gemm,) = get_blas_funcs(("gemm",), (parameters.vector,))
    batches = gathered(training)
    # In Fortran's order of memory, so that the routine writes into them and not into copies.
    blocks = [block.T for block in parameters.blocks]
    zeros = np.zeros(m * max(parameters.sizes), parameters.dtype)

    def is_finite(delta: Array) -> bool:
        # Only what is not finite is changed by a factor of 0 into something else than 0.
        numbers = delta.ravel("K")
        return bool(numbers.dot(zeros[: len(numbers)]) == 0)

    def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
        with np.errstate(over="ignore", invalid="ignore"):
            for number, (batch, rate) in enumerate(
                zip(batches(order), rates.tolist(), strict=True)
            ):
                deltas, inputs = errors(batch)
                # The first one is infinite where the last is, unless an f′ hides it.
                if not is_finite(deltas[-1]) or not is_finite(deltas[0]):
                    return number + 1
                if decay:
                    for w in parameters.weights:
                        np.multiply(w, 1 - rate * decay, out=w)
                for block, delta, a_one in zip(blocks, deltas, inputs, strict=True):
                    gemm(-rate, a_one.T, delta, 1.0, block, 0, 0, 1)
        return 0

    return epoch
