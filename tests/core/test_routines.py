"""The routines of BLAS are those that SciPy chooses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg.blas import get_blas_funcs

from bpframe import blas_routine

RNG = np.random.default_rng(1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "shapes"), [("axpy", [(101,), (101,)]), ("nrm2", [(101,)]), ("gemm", [(7, 5), (5, 9)])]
)
def test_a_routine_gives_what_that_of_scipy_gives(
    name: str, shapes: list[tuple[int, ...]], dtype: Any
) -> None:
    arrays = [RNG.standard_normal(shape).astype(dtype) for shape in shapes]
    constant = (0.3,) if name == "gemm" else ()
    (expected,) = get_blas_funcs((name,), arrays)
    given = blas_routine(name, arrays[0])(*constant, *(a.copy() for a in arrays))
    assert np.array_equal(given, expected(*constant, *(a.copy() for a in arrays)))
    assert np.asarray(given).dtype in (dtype, np.float64)
