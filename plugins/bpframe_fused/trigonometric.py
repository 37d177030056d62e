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

# Bits of a float64.
BITS = 53


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


def table() -> Any:
    """Return for each exponent k of a float64 four numbers of digits of 1/π, shape (1025, 4).

    They are 2^k / π but for multiples of 2 in products with a significand. Products with the first
    are multiples of 2^-52. The last k is that of what is infinite or no number.
    """
    numbers, most = 4, 1023
    digits = most + numbers * BITS
    known = reciprocal_of_pi(digits)
    result = np.full((most + 2, numbers), np.nan)
    for k in range(most + 1):
        place = digits - k
        rest = known % (1 << place + BITS)
        for i in range(numbers):
            # The nearest, so that what is left is small, of either sign.
            unit = 1 << place - i * BITS
            part = (rest + unit // 2) // unit
            rest -= part * unit
            result[k, i] = math.ldexp(part, -i * BITS)
    return result


def pair(k: int) -> tuple[float, float]:
    """Return the digits of 1/π, but for multiples of 2 in products with multiples of 2^k."""
    rest = Fraction(reciprocal_of_pi(300), 1 << 300) % Fraction(2, 1 << k)
    high = float(rest)
    return high, float(rest - Fraction(high))


PI = Fraction(1 << 200, reciprocal_of_pi(200))
# (sin(π f) - p f) / f over f², for |f| ≤ ½ and the π of a type as p: the Taylor series, as far as
# the type can tell.
SINGLE_PI = float(np.float32(math.pi))
LOW_HALF_PI_OF_SINGLE, LOW_HALF_PI = (float(PI - Fraction(p)) / 2 for p in (SINGLE_PI, math.pi))
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
FAR, FARTHER, FARTHEST = (np.float32(2.0 ** (24 + 26 * i)) for i in (1, 2, 3))
# (atan(t) - t) / t³ over t², for 0 ≤ t ≤ 1: its interpolation at Chebyshev's 128 points.
ATAN_TERMS = polynomial(
    [
        -0.3333333195079798,
        0.19999765998568908,
        -0.1427911091578153,
        0.11037994282215549,
        -0.08673170869109005,
        0.06284360910838534,
        -0.03627017419691566,
        0.013750284157227295,
        -0.002447031188460458,
    ],
    [
        -0.3333333333333333,
        0.19999999999997856,
        -0.14285714285422013,
        0.1111111109525643,
        -0.09090908634512704,
        0.0769229962986421,
        -0.06666571318873125,
        0.05881553603055832,
        -0.05258213719736923,
        0.04738673807543059,
        -0.04263056555328071,
        0.037555382942999316,
        -0.03138164215002526,
        0.023835247154380568,
        -0.015674958456628474,
        0.008474353363453702,
        -0.003553373680006189,
        0.0010710099377320148,
        -0.00020483068510657176,
        1.8572085537016392e-05,
    ],
)
OF_SINGLE = tuple(pair(26 * i) for i in range(4))
OF_DOUBLE = table()


def half_turns(x: Any, ahead: Any) -> Any:
    """Return n and f of x / π + ahead = n + f, with n whole, less a multiple of 2, and |f| ≤ ½."""
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


def _half_turns(x: Any, ahead: Any) -> Any:
    return _of_single if x == types.float32 else _of_double


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
    return x if abs(x) < of_type(x, 2.0**-12, 2.0**-27) else result


@inlined
def cos(x: Any) -> Any:
    """Return the cosine."""
    n, f = half_turns(x, 0.5)
    return sine_of(x, n, f)


@inlined
def atan(x: Any) -> Any:
    """Return the inverse tangent."""
    size, one = abs(x), of_type(x, 1.0, 1.0)
    t = one / size if size > one else size
    part = t * (t * t) * ATAN_TERMS(t * t)
    result = t + part
    # π / 2 in two numbers.
    low = of_type(x, LOW_HALF_PI_OF_SINGLE, LOW_HALF_PI)
    rest = of_type(x, SINGLE_PI / 2, math.pi / 2) - (result - low)
    result = rest if size > one else result
    return -result if x < 0 else result


NAMES = ("atan", "cos", "sin")
