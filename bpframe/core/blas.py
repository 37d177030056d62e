"""The BLAS that NumPy computes with, and how many threads it uses."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe.core.blas_limits import limited, own_threads

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# Below this work, waiting for a second thread takes longer than what it computes saves.
WORTH_THREADS = 5e7
# Where its wheels keep libraries: on Linux and Windows, and on macOS.
SCIPY = {"scipy.libs", "scipy"}


def blas_threads(parameters: int, batch_size: int) -> AbstractContextManager[Any]:
    """Return a context in which BLAS uses one thread for small mini-batches, else all.

    Where SciPy's wheel has brought a BLAS beside NumPy's, only NumPy's gets threads: the threads
    of one wait for work in a loop and keep those of the other from the processors.

    Parameters
    ----------
    parameters : int
        Weights and biases of the network.
    batch_size : int
        Samples of a mini-batch; a step takes about 6 operations for each of them and weight.
    """
    controller = _controller()
    libraries = [lib.filepath for lib in controller.lib_controllers if lib.user_api == "blas"]
    if 6 * parameters * batch_size >= WORTH_THREADS:
        libraries = [path for path in libraries if SCIPY & set(Path(path).parts)]
    return limited(controller.select(filepath=libraries), 1)


def limited_blas(threads: int) -> AbstractContextManager[Any]:
    """Return a context in which BLAS uses so many threads at most, for any mini-batch."""
    return limited(_controller().select(user_api="blas"), threads)


@cache
def _controller() -> ThreadpoolController:
    # What is loaded later, no controller knows of.
    import scipy.linalg.blas  # noqa: F401
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
