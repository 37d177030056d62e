"""Which BLAS libraries get threads."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock, patch

import pytest
import scipy.linalg.blas  # noqa: F401  (loads SciPy's library)
from threadpoolctl import threadpool_info

from bpframe import blas_threads
from bpframe.core.blas import SCIPY, _controller, blas_libraries


def threads() -> dict[str, int]:
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return {library["filepath"]: library["num_threads"] for library in blas}


@pytest.mark.parametrize("batch_size", [10, 100_000])
def test_blas_has_one_thread_everywhere(batch_size: int) -> None:
    before = threads()
    with blas_threads(2260, batch_size):
        assert set(threads().values()) == {1}
    assert threads() == before


def test_nothing_is_limited_for_products_that_no_blas_shares() -> None:
    with patch("bpframe.core.blas._controller") as controller, blas_threads(9, 900):
        assert not controller.called
    with patch("bpframe.core.blas._controller", MagicMock()) as controller, blas_threads(9, 920):
        assert controller.called


NUMPYS = "site-packages/numpy.libs/libopenblas.so"
SCIPYS = [
    "site-packages/scipy.libs/libopenblas.so",
    "site-packages/scipy/.dylibs/libopenblas.dylib",
]


def threads_for(parameters: int, batch_size: int) -> int:
    """Return the threads for parts, on a machine where NumPy's BLAS has 4 and others have more."""
    apis = dict.fromkeys([NUMPYS, *SCIPYS], "blas") | {"torch/lib/libgomp.so": "openmp"}
    controller = MagicMock()
    controller.lib_controllers = [
        SimpleNamespace(filepath=path, user_api=api, num_threads=4 if path == NUMPYS else 9)
        for path, api in apis.items()
    ]
    with (
        patch("bpframe.core.blas._controller", return_value=controller),
        patch("bpframe.core.blas.threads_for_parts") as parts,
        blas_threads(parameters, batch_size),
    ):
        controller.limit.assert_called_once_with(limits=1, user_api="blas")
    (given,) = parts.call_args.args
    return int(given)


@pytest.mark.parametrize(("parameters", "batch_size"), [(833_333, 10), (8_333_333, 1)])
def test_from_50_million_operations_a_step_parts_have_the_threads_of_blas(
    parameters: int, batch_size: int
) -> None:
    assert threads_for(parameters, batch_size) == 1
    assert threads_for(parameters + 1, batch_size) == 4


def test_libraries_are_looked_for_once() -> None:
    assert _controller() is _controller()


def test_a_library_that_scipy_brings_later_is_seen() -> None:
    with patch.dict("sys.modules"):
        del sys.modules["scipy.linalg"]
        before = _controller()
    assert _controller() is not before


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
