"""Elementary functions of which the compiler makes vector instructions.

A function of the C library is called for one number at a time. These have no branch, no table and
no call, and stay in numbers of one type, so that a loop over an array computes many at once. Each
is off by at most 4 units in the last place, and right at infinities and NaN, where it overflows,
and where its results are subnormal. Their argument is a float32 or a float64.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe_fused.bits import of_type, polynomial, power_of_two, split
from bpframe_fused.compiling import compiled

# (exp(r) - 1 - r) / r² for |r| ≤ ½ ln 2: its Taylor series, as far as a type can tell.
EXP_TERMS = polynomial(
    [1 / math.factorial(k) for k in range(2, 8)], [1 / math.factorial(k) for k in range(2, 14)]
)
# (2 artanh(s) - 2 s) / s³ over s², for ln((1 + s) / (1 - s)). Source: FreeBSD's e_log.c, e_logf.c.
LOG_TERMS = polynomial(
    [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841],
    [
        6.666666666666735130e-01,
        3.999999999940941908e-01,
        2.857142874366239149e-01,
        2.222219843214978396e-01,
        1.818357216161805012e-01,
        1.531383769920937332e-01,
        1.479819860511658591e-01,
    ],
)


def inlined(function: Any) -> Any:
    """Compile a function into the loops that call it: a loop with a call has no vectors.

    The order of its sums is what makes it exact; only a product may be fused with one.
    """
    return compiled(function, forceinline=True, fastmath={"contract"})


@inlined
def whole(x: Any) -> Any:
    """Return the whole number next to x, which must be much less than 1 / eps."""
    large = of_type(x, 1.5 * 2.0**23, 1.5 * 2.0**52)
    return (x + large) - large


@inlined
def ln2(x: Any) -> Any:
    """Return ln 2 in two numbers, of which products of the first with exponents are exact."""
    return (
        of_type(x, 0.693359375, 6.93147180369123816490e-01),
        of_type(x, -2.1219444005469057e-04, 1.9082149292705877e-10),
    )


@inlined
def minus_ln2(x: Any, k: Any) -> Any:
    """Return x - k ln 2."""
    high, low = ln2(x)
    return x - k * high - k * low


@inlined
def exp(x: Any) -> Any:
    """Return e to the x."""
    one, half = of_type(x, 1.0, 1.0), of_type(x, 0.5, 0.5)
    most, least = of_type(x, 89.0, 710.0), of_type(x, -104.0, -746.0)
    x = most if x > most else x
    x = least if x < least else x
    k = whole(x * of_type(x, 1 / math.log(2), 1 / math.log(2)))
    r = minus_ln2(x, k)
    # In two factors, for 2^k may be larger than any number, or subnormal.
    k1 = whole(k * half)
    power = (one + (r + r * r * EXP_TERMS(r))) * power_of_two(k1)
    return power * power_of_two(k - k1)


@inlined
def quarter_of_expm1(x: Any) -> Any:
    """Return a quarter of e to the x, less 1: it is finite where sinh and cosh are."""
    quarter, two = of_type(x, 0.25, 0.25), of_type(x, 2.0, 2.0)
    most, least = of_type(x, 89.6, 710.6), of_type(x, -20.0, -40.0)
    x = most if x > most else x
    x = least if x < least else x
    k = whole(x * of_type(x, 1 / math.log(2), 1 / math.log(2)))
    r = minus_ln2(x, k)
    power = power_of_two(k - two)
    return power * (r + r * r * EXP_TERMS(r)) + (power - quarter)


@inlined
def expm1(x: Any) -> Any:
    """Return e to the x, less 1."""
    return of_type(x, 4.0, 4.0) * quarter_of_expm1(x)


@inlined
def log_of_sum(f: Any, k: Any) -> Any:
    """Return ln(1 + f) + k ln 2, for 1 + f from √½ to √2."""
    s = f / (of_type(f, 2.0, 2.0) + f)
    half_square = of_type(f, 0.5, 0.5) * f * f
    terms = s * (half_square + s * s * LOG_TERMS(s * s))
    high, low = ln2(f)
    return k * high - ((half_square - (terms + k * low)) - f)


@inlined
def log(x: Any) -> Any:
    """Return ln x: NaN for x < 0, and -inf for 0."""
    zero, one, infinity = of_type(x, 0.0, 0.0), of_type(x, 1.0, 1.0), of_type(x, np.inf, np.inf)
    small = x < of_type(x, 2.0**-126, 2.0**-1022)
    m, k = split(x * of_type(x, 2.0**54, 2.0**54) if small else x)
    result = log_of_sum(m - one, k - of_type(x, 54.0, 54.0) if small else k)
    # What is infinite or not a number stays so, by a sum.
    result = result if x < infinity else x + x
    result = result if x > zero else of_type(x, np.nan, np.nan)
    return -infinity if x == zero else result


@inlined
def log1p(x: Any) -> Any:
    """Return ln(1 + x): NaN for x < -1, and -inf for -1."""
    one, infinity = of_type(x, 1.0, 1.0), of_type(x, np.inf, np.inf)
    m, k = split(one + x)
    # The sum has lost bits of x, which x 2^-k has, where 1 matters.
    near = k if k < of_type(x, 25.0, 54.0) else -one
    scale = power_of_two(-near)
    f = x * scale + (scale - one) if near == k else m - one
    result = log_of_sum(f, k)
    result = result if x < infinity else x + x
    result = result if x > -one else of_type(x, np.nan, np.nan)
    return -infinity if x == -one else result


NAMES = ("exp", "expm1", "log", "log1p")
