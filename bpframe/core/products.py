"""Large matrix products in parts, so that no number of threads changes a bit of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import numpy as np

from bpframe.core.arrays import Array

# Rows of a part, at most, and the multiplications from which on a product is cut: those of half a
# millisecond, of which it takes a twentieth to hand something to another thread.
ROWS = 256
WORTH_PARTS = 2**24
_others: ContextVar[ThreadPoolExecutor | None] = ContextVar("_others", default=None)


@contextmanager
def threads_for_parts(threads: int) -> Iterator[None]:
    """Let the parts of large products be multiplied by so many threads, this one included."""
    if threads < 2:
        yield
        return
    # They are started by the first large product.
    with ThreadPoolExecutor(threads - 1) as pool:
        token = _others.set(pool)
        try:
            yield
        finally:
            _others.reset(token)


def multiply(a: Array, b: Array, out: Array) -> Array:
    """Set out = a b, and return it; in parts where that is a large product.

    Parameters
    ----------
    a, b : arrays, shape (m, k) and (k, n)
        Of one type.
    out : array, shape (m, n)
        Of the same type, its rows one behind the other in memory.
    """
    if is_large(len(a), *b.shape):
        by_parts(len(a), lambda rows: np.dot(a[rows], b, out=out[rows]))
        return out
    product: Array = a.dot(b, out)
    return product


def product_by(a: Array, columns: int) -> Callable[[Array, Array], Array]:
    """Return the function ``(b, out)`` that sets out = a b and returns it, as `multiply` does.

    Parameters
    ----------
    a : array, shape (m, k)
        Read at each call.
    columns : int
        Those of b and out.
    """
    # The method of an array is found sooner than a function that looks at the sizes first.
    return partial(multiply, a) if is_large(len(a), a.shape[1], columns) else a.dot


def is_large(rows: int, inner: int, columns: int) -> bool:
    """Return whether a product of (rows, inner) and (inner, columns) is cut into parts."""
    return rows > ROWS and rows * inner * columns >= WORTH_PARTS


def by_parts(n: int, work: Callable[[slice], object]) -> None:
    """Call a function for all parts of n rows; it may be called by several threads at a time.

    Parameters
    ----------
    n : int
        Rows; where they are cut depends on nothing else.
    work : callable
        Called with the rows of a part.
    """
    count = -(-n // ROWS)
    parts = [slice(n * i // count, n * (i + 1) // count) for i in range(count)]
    pool = _others.get()
    if pool is None:
        for part in parts:
            work(part)
        return
    others = [pool.submit(work, part) for part in parts[1:]]
    try:
        work(parts[0])
        # What no other thread has begun, the last first, is done here.
        for other, part in zip(reversed(others), reversed(parts), strict=False):
            if other.cancel():
                work(part)
    finally:
        wait(others)
