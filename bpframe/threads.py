"""How many threads matrix products use."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# Below this work, waiting for a second thread takes longer than what it computes saves.
WORTH_THREADS = 5e7


def blas_threads(parameters: int, batch_size: int) -> AbstractContextManager[Any]:
    """Return a context in which BLAS uses one thread for small mini-batches, else all.

    Parameters
    ----------
    parameters : int
        Weights and biases of the network.
    batch_size : int
        Samples of a mini-batch; a step takes about 6 operations for each of them and weight.
    """
    if 6 * parameters * batch_size >= WORTH_THREADS:
        return nullcontext()
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
