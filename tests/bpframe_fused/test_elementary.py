"""The elementary functions of compiled layers beside those of arrays, for all magnitudes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from scipy import special

from bpframe import Array
from bpframe_fused.substitution import VECTOR_FORMS

TYPES: dict[type[np.floating[Any]], type[np.signedinteger[Any]]] = {
    np.float32: np.int32,
    np.float64: np.int64,
}
ALLOWED = 4
SWEPT = 200_003


@cache
def compiled(name: str) -> Callable[[Array, Array], None]:
    f = VECTOR_FORMS[name]

    def loop(x: Any, out: Any) -> None:
        for i in range(len(x)):
            out[i] = f(x[i])

    whole: Callable[[Array, Array], None] = njit(loop)
    return whole


def of_arrays(name: str) -> Callable[[Array], Array]:
    """Return the function of a name of NumPy, or of SciPy where that has none."""
    function: Callable[[Array], Array] = getattr(np, name, None) or getattr(special, name)
    return function


def places(x: Array) -> Any:
    """Return the place of each number among all of its type, from the least on."""
    bits = x.view(TYPES[x.dtype.type]).astype(object)
    return np.where(bits < 0, -(2 ** (8 * x.itemsize - 1)) - bits, bits)


def require_near(name: str, x: Array) -> None:
    out = np.empty_like(x)
    compiled(name)(x, out)
    with np.errstate(all="ignore"):
        expected = of_arrays(name)(x)
    np.testing.assert_array_equal(np.isnan(out), np.isnan(expected))
    known = (out != expected) & ~np.isnan(out)
    off = np.abs(places(out[known]) - places(expected[known]))
    far = off > ALLOWED
    assert not far.any(), f"{name}: {x[known][far][:5]} is off by {off[far][:5]}"


def magnitudes(dtype: Any, count: int = SWEPT) -> Array:
    """Return numbers of every magnitude: every so manieth of all bits."""
    whole = np.dtype(f"u{np.dtype(dtype).itemsize}")
    step = 2 ** (8 * whole.itemsize) // count
    return (np.arange(count, dtype=whole) * whole.type(step)).view(dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", VECTOR_FORMS)
def test_a_sweep_of_all_magnitudes_is_that_of_arrays(name: str, dtype: Any) -> None:
    require_near(name, magnitudes(dtype))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", VECTOR_FORMS)
def test_a_fine_sweep_of_all_magnitudes_is_that_of_arrays(name: str, dtype: Any) -> None:
    require_near(name, magnitudes(dtype, 10 * SWEPT))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", VECTOR_FORMS)
def test_dense_sweeps_are_those_of_arrays(name: str, dtype: Any) -> None:
    # Where it is steep, where it overflows, and where its results are subnormal.
    for low, high in ((-2, 2), (-20, 20), (-110, 110), (-750, 750)):
        require_near(name, np.linspace(low, high, SWEPT, dtype=dtype))


@pytest.mark.parametrize("name", VECTOR_FORMS)
@quick
@given(values=st.lists(st.floats(), min_size=1, max_size=50))
def test_any_numbers_are_those_of_arrays(name: str, values: list[float]) -> None:
    for dtype in TYPES:
        with np.errstate(over="ignore"):
            require_near(name, np.array(values, dtype))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", VECTOR_FORMS)
def test_edges_are_those_of_arrays(name: str, dtype: Any) -> None:
    one, known = dtype(1), np.finfo(dtype)
    sizes = [0.0, 1, np.inf, np.nan, known.tiny, known.max, known.smallest_subnormal]
    sizes += [np.nextafter(one, dtype(0)), np.nextafter(one, dtype(2))]
    x = np.array([*sizes, *(-np.array(sizes, dtype))], dtype)
    require_near(name, x)
    out = np.empty_like(x)
    compiled(name)(x, out)
    with np.errstate(all="ignore"):
        expected = of_arrays(name)(x)
    at_limits = ~np.isfinite(expected) | (expected == 0)
    np.testing.assert_array_equal(out[at_limits], expected[at_limits])


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ["cos", "sin"])
def test_near_where_they_are_zero_they_are_those_of_arrays(name: str, dtype: Any) -> None:
    require_near(name, (np.arange(SWEPT) * (np.pi / 2)).astype(dtype))


def test_the_nearest_to_a_multiple_of_pi_has_all_its_digits() -> None:
    # No float64 is nearer. Source: Muller, Elementary Functions, on the reduction of arguments.
    x = np.array([6381956970095103 * 2.0**797])
    out = np.empty_like(x)
    compiled("cos")(x, out)
    assert out[0] == pytest.approx(-4.68716592425462761112e-19, rel=ALLOWED * 2.0**-53, abs=0)
