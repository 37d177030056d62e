"""What the scalar forms promise, which rules compile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpframe.components import Activation, Cost
from bpframe.testing.claims import Claim, claim, require_close
from bpframe.testing.samples import DTYPES, outputs_for, random_z, targets_for

# In units of rounding: a sum in another order, a function of the C library.
ROUNDING = 64


def checks_of_activation(f: Activation) -> Iterator[Claim]:
    """Yield the check of an activation that has a scalar form."""
    if f.scalar(np.float64):
        yield claim(scalar_form_is_that_of_arrays, f)


def checks_of_cost(cost: Cost) -> Iterator[Claim]:
    """Yield the check of a cost that has a scalar form."""
    if cost.scalar(np.float64):
        yield claim(scalar_gradient_is_that_of_arrays, cost)


def scalar_form_is_that_of_arrays(f: Activation) -> None:
    """Hold it for f and f′ at numbers away from kinks, in both types."""
    for dtype in DTYPES:
        form = f.scalar(dtype)
        assert form, "it was there for float64"
        z = random_z((40,), dtype, away_from=f.kinks)
        a = f(z)
        pairs = list(zip(z, a, strict=True))
        _require("f(z)", [form[0](number) for number in z], a, z)
        _require("f′(z)", [form[1](*pair) for pair in pairs], f.derivative(z, a), z)


def scalar_gradient_is_that_of_arrays(cost: Cost) -> None:
    """Hold it for ∂C_x/∂a_j, in both types."""
    for dtype in DTYPES:
        gradient = cost.scalar(dtype)
        assert gradient, "it was there for float64"
        rng = np.random.default_rng(0)
        a = outputs_for(cost, rng, (10, 4)).astype(dtype)
        y = targets_for(cost, rng, (10, 4)).astype(dtype)
        given = [gradient(*pair) for pair in zip(a.flat, y.flat, strict=True)]
        _require("∂C/∂a", given, cost.gradient(a, y).ravel(), a.ravel())


def _require(what: str, given: list[float], expected: np.ndarray, z: np.ndarray) -> None:
    close = ROUNDING * float(np.finfo(expected.dtype).eps)
    require_close(f"scalar {what}", given, expected, relative=close, absolute=close, at={"at": z})
