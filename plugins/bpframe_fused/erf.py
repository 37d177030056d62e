"""The error function, as the elementary functions are."""

from __future__ import annotations

import math
from typing import Any

from bpframe_fused.bits import of_type, polynomial
from bpframe_fused.elementary import exp, inlined

# erf(x) / x over x², for |x| ≤ ½: its Taylor series, as far as a type can tell.
NEAR_TERMS = polynomial(
    *(
        [
            2 / math.sqrt(math.pi) * (-1) ** k / (math.factorial(k) * (2 * k + 1))
            for k in range(last + 1)
        ]
        for last in (6, 12)
    )
)
# (1 - erf(x)) exp(x²) over 8 / (x + 2) - 2, for x from ½ to 6: its interpolations of degree 7
# and 18 at 128 Chebyshev points.
FAR_TERMS = polynomial(
    [
        0.2553956747986565,
        0.21359294096401688,
        0.06041460043955764,
        0.009872126907950213,
        0.00023304232879496945,
        -0.0002180461383005167,
        -1.2829978675459418e-05,
        6.90033719448844e-06,
    ],
    [
        0.25539567631050575,
        0.2135929237069792,
        0.06041454856061633,
        0.009872322626967002,
        0.00023330577527784098,
        -0.00021867067935989822,
        -1.3236613371306603e-05,
        7.671695610008017e-06,
        1.7013947890908145e-07,
        -3.405495773147581e-07,
        2.6879044909432494e-08,
        1.3467829923777362e-08,
        -3.4075681525003696e-09,
        -1.7147892641757892e-10,
        2.2815237856329092e-10,
        -3.510499663810143e-11,
        -6.192754137255589e-12,
        3.1659348984445846e-12,
        -3.7462596996626477e-13,
    ],
)


@inlined
def erf(x: Any) -> Any:
    """Return the error function."""
    one, two, most = of_type(x, 1.0, 1.0), of_type(x, 2.0, 2.0), of_type(x, 6.0, 6.0)
    # Also a whole number is a float64 from here on.
    x = x * one
    size = abs(x)
    near = x * NEAR_TERMS(x * x)
    distance = most if size > most else size
    terms = FAR_TERMS(of_type(x, 8.0, 8.0) / (distance + two) - two)
    far = one - exp(-distance * distance) * terms
    far = -far if x < 0 else far
    return near if size < of_type(x, 0.5, 0.5) else far


NAMES = ("erf",)
