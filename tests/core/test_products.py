"""Large products: the same bits whatever threads there are, cut at fixed places."""

from __future__ import annotations

import threading
from unittest.mock import patch

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe.core import products
from bpframe.core.products import by_parts, is_large, multiply, threads_for_parts


@quick
@given(n=st.integers(1, 60), rows=st.integers(1, 20), threads=st.integers(1, 4))
def test_parts_are_all_rows_once_and_no_longer_than_allowed(
    n: int, rows: int, threads: int
) -> None:
    seen: list[slice] = []
    with patch.object(products, "ROWS", rows), threads_for_parts(threads):
        by_parts(n, seen.append)
    seen.sort(key=lambda part: part.start)
    assert [i for part in seen for i in range(part.start, part.stop)] == list(range(n))
    lengths = [part.stop - part.start for part in seen]
    assert max(lengths) <= rows
    assert max(lengths) - min(lengths) <= 1


def test_parts_are_shared_among_threads() -> None:
    # Nobody gets past it but two at a time.
    barrier, seen = threading.Barrier(2, timeout=60), set()

    def work(part: slice) -> None:
        seen.add(threading.get_ident())
        barrier.wait()

    with threads_for_parts(2):
        by_parts(2 * products.ROWS, work)
    assert len(seen) == 2


def test_an_error_waits_for_the_other_threads() -> None:
    ended = []

    def work(part: slice) -> None:
        if part.start == 0:
            raise KeyboardInterrupt
        ended.append(part)

    with threads_for_parts(2), pytest.raises(KeyboardInterrupt):
        by_parts(2 * products.ROWS, work)
    assert len(ended) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("shape", [(3, 4, 5), (600, 200, 200)])
def test_a_product_is_that_of_numpy(
    shape: tuple[int, int, int], transposed: bool, dtype: type
) -> None:
    rows, inner, columns = shape
    rng = np.random.default_rng(0)
    a = rng.standard_normal((rows, inner)).astype(dtype)
    a = np.asfortranarray(a) if transposed else a
    b, out = rng.standard_normal((inner, columns)).astype(dtype), np.empty((rows, columns), dtype)
    assert multiply(a, b, out) is out
    np.testing.assert_allclose(out, a @ b, rtol=0, atol=1e3 * np.finfo(dtype).eps)
    again = np.empty_like(out)
    with threads_for_parts(3):
        multiply(a, b, again)
    assert again.tobytes() == out.tobytes()


def test_what_is_large() -> None:
    assert is_large(257, 256, 256)
    assert not is_large(256, 10**4, 10**4)
    assert not is_large(10**4, 10, 10)
