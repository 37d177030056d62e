"""The sine and the cosine, as the elementary functions are: no branch and no call.

An argument of any size is reduced by a table of the digits of 1/π, as all of its bits need. Of
those of more than 2/π only the ones are looked up that are not multiples of two for its exponent.
Source: Payne and Hanek 1983.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from bpframe_fused.bits import alternated, as_type, fused, of_type, polynomial, reduced
from bpframe_fused.elementary import inlined, whole

# Bits of a float64, and of the digits that a float32 is multiplied by without an error.
BITS, FIRST_OF_SINGLE = 53, 29


def reciprocal_of_pi(digits: int) -> int:
    """Return the whole part of 2^digits / π. Source: Machin's formula."""
    one = 1 << digits + 32

    def arccot(x: int) -> int:
        total, power, k = 0, one // x, 0
        while power:
            total += (-1) ** k * (power // (2 * k + 1))
            power, k = power // x**2, k + 1
        return total

    return (one << digits) // (16 * arccot(5) - 4 * arccot(239))


def table(most: int, behind: int, *widths: int) -> Any:
    """Return for each exponent the digits of 1/π that make no multiples of two.

    Parameters
    ----------
    most : int
        The largest exponent of a number; for the next one there are NaNs.
    behind : int
        The binary places of the significand.
    widths : int
        How many digits there are in each number.

    Returns
    -------
    ndarray, shape (most + 2, len(widths))
        Products with the significand are those of the number itself with 1/π, less multiples of 2.
    """
    digits = most + sum(widths)
    known = reciprocal_of_pi(digits)
    result = np.full((most + 2, len(widths)), np.nan)
    for k in range(most + 1):
        place = k - behind - 1
        rest = known % (1 << digits - place)
        for i, width in enumerate(widths):
            place += width
            # The nearest, so that what is left is small, of either sign.
            unit = 1 << digits - place
            part = (rest + unit // 2) // unit
            rest -= part * unit
            result[k, i] = math.ldexp(part, k - place)
    return result


PI = Fraction(1 << 200, reciprocal_of_pi(200))
# (sin(π f) - p f) / f over f², for |f| ≤ ½ and the π of a type as p: the Taylor series, as far as
# the type can tell.
SINGLE_PI = float(np.float32(math.pi))
SIN_TERMS = polynomial(
    *(
        [
            float(PI - Fraction(high)),
            *(
                float((-1) ** k * PI ** (2 * k + 1) / math.factorial(2 * k + 1))
                for k in range(1, last + 1)
            ),
        ]
        for high, last in ((SINGLE_PI, 6), (math.pi, 10))
    )
)
OF_SINGLE = table(127, 23, FIRST_OF_SINGLE, BITS)
OF_DOUBLE = table(1023, 52, BITS, BITS, BITS, BITS)


def half_turns(x: Any, ahead: Any) -> Any:
    """Return n and f of x / π + ahead = n + f, with n whole, less a multiple of 2, and |f| ≤ ½."""
    raise NotImplementedError


def _of_single(x: Any, ahead: Any) -> Any:
    m, k = reduced(np.float64(x), 128)
    # Exact, for there are no more bits.
    first, second = m * OF_SINGLE[k, 0], m * OF_SINGLE[k, 1]
    n = whole(first + second + ahead)
    return n, (first - (n - ahead)) + second


def _of_double(x: Any, ahead: Any) -> Any:
    m, k = reduced(x, 1024)
    first, second = m * OF_DOUBLE[k, 0], m * OF_DOUBLE[k, 1]
    first_rest, second_rest = fused(m, OF_DOUBLE[k, 0], -first), fused(m, OF_DOUBLE[k, 1], -second)
    # Less a multiple of 16.
    large = 1.5 * 2.0**56
    first -= (first + large) - large
    n = whole(first + first_rest + second + ahead)
    # Exact, for all of them are multiples of 2^-52, or x is far from where f is 0.
    first = (first - (n - ahead)) + first_rest
    total = first + second
    part = total - first
    lost = (first - (total - part)) + (second - part)
    f = total + (lost + second_rest)
    return n, fused(m, OF_DOUBLE[k, 3], fused(m, OF_DOUBLE[k, 2], f))


@overload(half_turns, jit_options={"forceinline": True, "error_model": "numpy"})
def _half_turns(x: Any, ahead: Any) -> Any:
    return _of_single if x == types.float32 else _of_double


@inlined
def sine_of(x: Any, n: Any, f: Any) -> Any:
    """Return (-1)^n sin(π f) as a number of the type of x."""
    f = as_type(x, alternated(f, n))
    return f * of_type(x, SINGLE_PI, math.pi) + f * SIN_TERMS(f * f)


@inlined
def sin(x: Any) -> Any:
    """Return the sine."""
    n, f = half_turns(x, 0.0)
    result = sine_of(x, n, f)
    return x if abs(x) < of_type(x, 2.0**-12, 2.0**-27) else result


@inlined
def cos(x: Any) -> Any:
    """Return the cosine."""
    n, f = half_turns(x, 0.5)
    return sine_of(x, n, f)


NAMES = ("cos", "sin")
