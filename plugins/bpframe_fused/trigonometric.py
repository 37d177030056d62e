"""The sine and the cosine, as the elementary functions are, for an argument of any size.

It is x / π = n + f that counts, and of n only whether it is odd. All digits of 1/π by which x makes
multiples of 2 are therefore left out; as many are left as the product needs, if f is next to 0.
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

# Bits of the significand of a float64, and the largest exponent.
BITS, MOST = 53, 1023
# Numbers of digits of 1/π for a float64; none is so near to a multiple of π that it needs more.
NUMBERS = 4


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


def digits_for_double() -> Any:
    """Return digits of 1/π for each exponent k of a float64, shape (MOST + 2, NUMBERS).

    Their sum is 2^k / π, but for multiples of 2 in products with a significand. Products with the
    first one are multiples of 2^-52. The last k is that of what is infinite or not a number.
    """
    known = reciprocal_of_pi(MOST + NUMBERS * BITS)
    result = np.full((MOST + 2, NUMBERS), np.nan)
    for k in range(MOST + 1):
        rest = (known >> MOST - k) % (1 << (NUMBERS + 1) * BITS)
        for i in range(NUMBERS):
            # The nearest, so that what is left is small, of either sign.
            unit = 1 << (NUMBERS - i) * BITS
            part = (rest + unit // 2) // unit
            rest -= part * unit
            result[k, i] = math.ldexp(part, -i * BITS)
    return result


def digits_for_single(k: int) -> tuple[float, float]:
    """Return two numbers: 1/π, but for multiples of 2 in products with multiples of 2^k."""
    rest = Fraction(reciprocal_of_pi(300), 1 << 300) % Fraction(2, 1 << k)
    high = float(rest)
    return high, float(rest - Fraction(high))


PI = Fraction(1 << 200, reciprocal_of_pi(200))
SINGLE_PI = float(np.float32(math.pi))
# (sin(π f) - p f) / f over f², for |f| ≤ ½ and the π of a type as p: the Taylor series, as far as
# the type can tell.
SIN_TERMS = polynomial(
    *(
        [
            float(PI - Fraction(own)),
            *(
                float((-1) ** k * PI ** (2 * k + 1) / math.factorial(2 * k + 1))
                for k in range(1, last + 1)
            ),
        ]
        for own, last in ((SINGLE_PI, 6), (math.pi, 10))
    )
)
OF_DOUBLE = digits_for_double()
# A product of the digits with a float32 is less than 2^50 if these are taken from such sizes on,
# so that n is exact. A select of four takes less time than a table.
OF_SINGLE = tuple(digits_for_single(26 * i) for i in range(4))
FAR, FARTHER, FARTHEST = (np.float32(2.0 ** (24 + 26 * i)) for i in (1, 2, 3))


def half_turns(x: Any, ahead: Any) -> Any:
    """Return n and f of x / π + ahead = n + f, with n whole, less multiples of 2, and |f| ≤ ½."""
    # Numba puts that of the type in its place.
    raise NotImplementedError


def _of_single(x: Any, ahead: Any) -> Any:
    size = abs(x)
    (high, low), (high_1, low_1), (high_2, low_2), (high_3, low_3) = OF_SINGLE
    high = high if size < FAR else high_1
    low = low if size < FAR else low_1
    high = high if size < FARTHER else high_2
    low = low if size < FARTHER else low_2
    high = high if size < FARTHEST else high_3
    low = low if size < FARTHEST else low_3
    wide = np.float64(x)
    product = wide * high
    n = whole(product + ahead)
    return n, (product - (n - ahead)) + fused(wide, low, fused(wide, high, -product))


def _of_double(x: Any, ahead: Any) -> Any:
    m, k = reduced(x, MOST + 1)
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


def _half_turns(x: Any, ahead: Any) -> Any:
    return _of_single if x == types.float32 else _of_double


# Without leave to fuse products with sums: it is by their errors that f is exact.
overload(half_turns, jit_options={"forceinline": True, "error_model": "numpy"})(_half_turns)


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
    # Also where a product with 1/π would be subnormal.
    return x if abs(x) < of_type(x, 2.0**-12, 2.0**-27) else result


@inlined
def cos(x: Any) -> Any:
    """Return the cosine."""
    n, f = half_turns(x, 0.5)
    return sine_of(x, n, f)


NAMES = ("cos", "sin")
