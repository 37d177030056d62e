"""Which BLAS libraries get threads."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
import scipy.linalg.blas  # noqa: F401  (loads SciPy's library)
from threadpoolctl import threadpool_info

from bpframe import blas_threads
from bpframe.core.blas import SCIPY, _controller, blas_libraries, limited_blas
from bpframe.core.blas_limits import limited as overlapping


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
        patch("bpframe.core.blas.limited") as limit,
        patch("bpframe.core.blas.threads_for_parts") as parts,
        blas_threads(parameters, batch_size),
    ):
        controller.select.assert_called_once_with(user_api="blas")
        limit.assert_called_once_with(controller.select.return_value, 1)
    (given,) = parts.call_args.args
    return int(given)


@pytest.mark.parametrize(("parameters", "batch_size"), [(833_333, 10), (8_333_333, 1)])
def test_from_50_million_operations_a_step_parts_have_the_threads_of_blas(
    parameters: int, batch_size: int
) -> None:
    assert threads_for(parameters, batch_size) == 1
    assert threads_for(parameters + 1, batch_size) == 4


class Library:
    """A library of BLAS, as threadpoolctl controls one."""

    def __init__(self, name: str, num_threads: int) -> None:
        self.filepath, self.num_threads = name, num_threads

    def set_num_threads(self, threads: int) -> None:
        self.num_threads = threads


def test_of_limits_that_overlap_the_least_counts_and_the_last_gives_the_threads_back() -> None:
    library = Library("of this test alone", 8)
    controller: Any = SimpleNamespace(lib_controllers=[library])
    seen = []
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(overlapping(controller, 4))
        second.enter_context(overlapping(controller, 1))
        seen.append(library.num_threads)
        # As of two threads, the first of which comes to its end first.
        first.close()
        seen.append(library.num_threads)
        second.close()
        seen.append(library.num_threads)
    assert seen == [1, 1, 8]
    with overlapping(controller, 1), overlapping(controller, 2):
        seen.append(library.num_threads)
    assert (seen[-1], library.num_threads) == (1, 8)


def test_a_limit_is_one_in_any_thread() -> None:
    before = threads()
    seen: list[dict[str, int]] = []

    def limit_and_look(both: Barrier) -> None:
        for _ in range(20):
            both.wait()
            with limited_blas(1):
                seen.append(threads())
            both.wait()
            if both.wait() == 0:
                seen.append(dict.fromkeys(before, 1) if threads() == before else {"left": 0})

    with ThreadPoolExecutor(2) as pool:
        together = Barrier(2)
        for done in [pool.submit(limit_and_look, together) for _ in range(2)]:
            done.result()
    assert threads() == before
    assert {number for numbers in seen for number in numbers.values()} == {1}


def test_libraries_are_looked_for_once() -> None:
    assert _controller() is _controller()


def test_a_library_that_scipy_brings_later_is_seen() -> None:
    with (
        patch.dict("sys.modules"),
        patch("bpframe.core.blas.are_loaded", return_value=False),
    ):
        del sys.modules["scipy.linalg"]
        before = _controller()
    assert _controller() is not before


def test_what_is_said_of_the_libraries_is_what_threadpoolctl_says() -> None:
    said = blas_libraries()
    with limited_blas(1):
        assert blas_libraries() == said
    assert said == [
        {
            "library": info["internal_api"],
            "version": info["version"],
            "kernels": info.get("architecture"),
            "threads": info["num_threads"],
        }
        for info in threadpool_info()
        if info["user_api"] == "blas" and not SCIPY & set(Path(info["filepath"]).parts)
    ]
