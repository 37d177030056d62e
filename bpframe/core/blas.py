"""The BLAS that NumPy computes with, and how many threads it uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe.core.blas_limits import limited, own_threads
from bpframe.core.products import threads_for_parts
from bpframe.core.routines import are_loaded

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# Below this work of a step no product is worth a second thread.
WORTH_THREADS = 5e7
# BLAS shares no product of fewer multiplications, and to limit it takes longer than they do.
LEAST_SHARED = 2**13
# Where its wheels keep libraries: on Linux and Windows, and on macOS.
SCIPY = {"scipy.libs", "scipy"}


@contextmanager
def blas_threads(parameters: int, batch_size: int) -> Iterator[None]:
    """Return a context in which every product of BLAS is multiplied by one thread.

    What BLAS gives depends in its last bits on how many threads it takes for a product. So it gets
    one; the parts of large products, which are cut at fixed places, are shared among as many
    threads as BLAS had, unless mini-batches are small.

    Parameters
    ----------
    parameters : int
        Weights and biases of the network.
    batch_size : int
        Samples of a mini-batch; a step takes about 6 operations for each of them and weight.
    """
    if parameters * batch_size < LEAST_SHARED:
        yield
        return
    controller = _controller()
    worth = 6 * parameters * batch_size >= WORTH_THREADS
    threads = max(map(_threads_of, controller.lib_controllers), default=1) if worth else 1
    with limited(controller.select(user_api="blas"), 1), threads_for_parts(threads):
        yield


def _threads_of(library: Any) -> int:
    """Return the threads of a BLAS of NumPy's; 1 of anything else."""
    of_numpy = library.user_api == "blas" and not SCIPY & set(Path(library.filepath).parts)
    return int(library.num_threads) if of_numpy else 1


def limited_blas(threads: int) -> AbstractContextManager[Any]:
    """Return a context in which BLAS uses so many threads at most, for any mini-batch."""
    return limited(_controller().select(user_api="blas"), threads)


def _controller() -> ThreadpoolController:
    # SciPy brings a BLAS of its own, which is only there once it is imported.
    return _controller_of(are_loaded() or "scipy.linalg" in sys.modules)


@cache
def _controller_of(scipy: bool) -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def blas_libraries() -> list[dict[str, Any]]:
    """Return the name, version, kernels and threads of each BLAS that NumPy computes with.

    The threads are those that it has where nobody limits them.
    """
    from threadpoolctl import ThreadpoolController

    # Anew, for the one that is kept must see what is imported until the first training.
    return [
        {
            "library": library.internal_api,
            "version": library.version,
            "kernels": getattr(library, "architecture", None),
            "threads": own_threads(library),
        }
        for library in ThreadpoolController().lib_controllers
        if library.user_api == "blas" and not SCIPY & set(Path(library.filepath).parts)
    ]
