"""The routines of BLAS, as SciPy brings them for NumPy's arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

from bpframe.core.arrays import Array

# Of SciPy: the extension that `scipy.linalg.blas` is made of.
EXTENSION = "_fblas"
PREFIXES = {"float32": "s", "float64": "d"}


def blas_routine(name: str, numbers: Array) -> Callable[..., Any]:
    """Return a routine of BLAS for numbers of this type: that of `scipy.linalg.get_blas_funcs`.

    Parameters
    ----------
    name : str
        Such as ``axpy``, without the letter of the type.
    numbers : ndarray
        In float32 or float64.
    """
    found: Callable[..., Any] = getattr(_routines(), PREFIXES[numbers.dtype.name] + name)
    return found


def are_loaded() -> bool:
    """Return whether the library of BLAS that SciPy brings along has been loaded for them."""
    return bool(_routines.cache_info().currsize)


@cache
def _routines() -> Any:
    import scipy

    # The package around it imports half of NumPy and SciPy, a tenth of a second of a start.
    folders = [f"{folder}/linalg" for folder in scipy.__path__]
    spec = PathFinder.find_spec(EXTENSION, folders)
    if spec is None or spec.loader is None:
        from scipy.linalg import blas

        return blas
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
