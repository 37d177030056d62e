"""The inverses of the sine, the cosine and the tangent, as the elementary functions are."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from bpframe_fused.bits import of_type, polynomial
from bpframe_fused.elementary import inlined
from bpframe_fused.trigonometric import PI, SINGLE_PI

# π / 2 less that of a type.
REST_OF_SINGLE, REST = (float(PI - Fraction(own)) / 2 for own in (SINGLE_PI, math.pi))
# (atan(t) - t) / t³ over t², for 0 ≤ t ≤ 1: its interpolations of degree 8 and 19 at 128 Chebyshev
# points.
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


@inlined
def atan(x: Any) -> Any:
    """Return the inverse tangent."""
    size, one = abs(x), of_type(x, 1.0, 1.0)
    t = one / size if size > one else size
    near = t + t * (t * t) * ATAN_TERMS(t * t)
    far = of_type(x, SINGLE_PI / 2, math.pi / 2) - (near - of_type(x, REST_OF_SINGLE, REST))
    result = far if size > one else near
    return -result if x < 0 else result


@inlined
def asin(x: Any) -> Any:
    """Return the inverse sine: NaN for |x| > 1."""
    one, two = of_type(x, 1.0, 1.0), of_type(x, 2.0, 2.0)
    return two * atan(x / (one + math.sqrt((one - x) * (one + x))))


@inlined
def acos(x: Any) -> Any:
    """Return the inverse cosine: NaN for |x| > 1."""
    one, two = of_type(x, 1.0, 1.0), of_type(x, 2.0, 2.0)
    return two * atan(math.sqrt((one - x) / (one + x)))


NAMES = ("acos", "asin", "atan")
