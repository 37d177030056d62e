"""The hyperbolic functions and their inverses, as the elementary functions are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe_fused.bits import of_type
from bpframe_fused.elementary import expm1, inlined, log1p, quarter_of_expm1

# From here on the square of a number may be infinite, and 1 beside it does not matter.
LARGE = 2.0**60


@inlined
def sinh(x: Any) -> Any:
    """Return the hyperbolic sine."""
    quarter = quarter_of_expm1(abs(x))
    half = quarter + quarter
    ratio = quarter / (half + half + of_type(x, 1.0, 1.0))
    result = half + (ratio + ratio)
    return -result if x < 0 else result


@inlined
def cosh(x: Any) -> Any:
    """Return the hyperbolic cosine."""
    one, half_of_one = of_type(x, 1.0, 1.0), of_type(x, 0.5, 0.5)
    half = of_type(x, 2.0, 2.0) * quarter_of_expm1(abs(x))
    return half + (half_of_one + half_of_one / (half + half + one))


@inlined
def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent."""
    size, most = abs(x), of_type(x, 10.0, 20.0)
    size = most if size > most else size
    t = expm1(size + size)
    t = t / (t + of_type(x, 2.0, 2.0))
    return -t if x < 0 else t


@inlined
def log1p_of(near: Any, far: Any, is_far: Any) -> Any:
    """Return ln(1 + near), or the logarithm of twice a large number."""
    result = log1p(far if is_far else near)
    return result + of_type(far, math.log(2), math.log(2)) if is_far else result


@inlined
def asinh(x: Any) -> Any:
    """Return the inverse hyperbolic sine."""
    size, one = abs(x), of_type(x, 1.0, 1.0)
    square = size * size
    near = size + square / (one + math.sqrt(one + square))
    result = log1p_of(near, size, size > of_type(x, LARGE, LARGE))
    return -result if x < 0 else result


@inlined
def acosh(x: Any) -> Any:
    """Return the inverse hyperbolic cosine: NaN for x < 1."""
    one = of_type(x, 1.0, 1.0)
    t = x - one
    near = t + math.sqrt(t * (x + one))
    result = log1p_of(near, x, x > of_type(x, LARGE, LARGE))
    return of_type(x, np.nan, np.nan) if x < one else result


@inlined
def atanh(x: Any) -> Any:
    """Return the inverse hyperbolic tangent: NaN for |x| > 1, and infinite for 1 and -1."""
    size, half = abs(x), of_type(x, 0.5, 0.5)
    result = half * log1p((size + size) / (of_type(x, 1.0, 1.0) - size))
    return -result if x < 0 else result


NAMES = ("acosh", "asinh", "atanh", "cosh", "sinh", "tanh")
