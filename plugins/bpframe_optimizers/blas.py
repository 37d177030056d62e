"""The routine of BLAS that the steps are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpframe import Array


def axpy_of(vector: Array) -> Callable[..., Any]:
    """Return ``axpy(x, y, a=1)``, which sets y ← a x + y in place, for vectors of this type."""
    # SciPy's linear algebra takes its time to import, and only steps need it.
    from scipy.linalg.blas import get_blas_funcs

    (axpy,) = get_blas_funcs(("axpy",), (vector,))
    function: Callable[..., Any] = axpy
    return function
