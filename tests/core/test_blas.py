"""Which BLAS libraries get threads."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

import pytest
import scipy.linalg.blas  # noqa: F401  (loads SciPy's library)
from threadpoolctl import threadpool_info

from bpframe import blas_threads
from bpframe.core.blas import SCIPY, _controller, blas_libraries


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


NUMPYS = "site-packages/numpy.libs/libopenblas.so"
SCIPYS = [
    "site-packages/scipy.libs/libopenblas.so",
    "site-packages/scipy/.dylibs/libopenblas.dylib",
]


def limited(parameters: int, batch_size: int) -> Any:
    """Return what gets one thread, on a machine where NumPy, SciPy and others have threads."""
    apis = dict.fromkeys([NUMPYS, *SCIPYS], "blas") | {"torch/lib/libgomp.so": "openmp"}
    controller = Mock()
    controller.lib_controllers = [
        SimpleNamespace(filepath=path, user_api=api) for path, api in apis.items()
    ]
    with patch("bpframe.core.blas._controller", return_value=controller):
        limit = blas_threads(parameters, batch_size)
    controller.select.return_value.limit.assert_called_once_with(limits=1)
    assert limit is controller.select.return_value.limit.return_value
    return controller.select.call_args.kwargs["filepath"]


@pytest.mark.parametrize(("parameters", "batch_size"), [(833_333, 10), (8_333_333, 1)])
def test_up_to_50_million_operations_a_step_have_one_thread(
    parameters: int, batch_size: int
) -> None:
    assert limited(parameters, batch_size) == [NUMPYS, *SCIPYS]
    assert limited(parameters + 1, batch_size) == SCIPYS


def test_libraries_are_looked_for_once() -> None:
    assert _controller() is _controller()


def test_what_is_said_of_the_libraries_is_what_threadpoolctl_says() -> None:
    assert blas_libraries() == [
        {
            "library": info["internal_api"],
            "version": info["version"],
            "kernels": info.get("architecture"),
            "threads": info["num_threads"],
        }
        for info in threadpool_info()
        if info["user_api"] == "blas" and not SCIPY & set(Path(info["filepath"]).parts)
    ]
