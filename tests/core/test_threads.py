"""Which BLAS libraries get threads."""

from __future__ import annotations

import pytest
import scipy.linalg.blas  # noqa: F401  (loads SciPy's library)
from threadpoolctl import threadpool_info

from bpframe import blas_threads


def threads() -> dict[str, int]:
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return {library["filepath"]: library["num_threads"] for library in blas}


def test_small_mini_batches_get_one_thread_everywhere() -> None:
    before = threads()
    with blas_threads(2260, 10):
        assert set(threads().values()) == {1}
    assert threads() == before


def test_large_ones_get_those_of_one_library() -> None:
    before = threads()
    second = {path for path in before if "scipy.libs" in path}
    if not second or max(before.values()) == 1:
        pytest.skip("there is no second BLAS, or no second thread")
    with blas_threads(670_000, 256):
        seen = threads()
    assert {path for path in seen if seen[path] < before[path]} == second
    assert threads() == before
