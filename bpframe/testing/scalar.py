"""The checks of the scalar forms, which rules compile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.testing.assertions import Trial, require_close, trial
from bpframe.testing.samples import DTYPES, corners, extreme_z, outputs_for, random_z, targets_for

# In units of rounding: a sum in another order, a function of the C library.
ROUNDING = 64


def checks_of_activation(f: Activation) -> Iterator[Trial]:
    """Yield the check of an activation that has a scalar form."""
    if f.scalar(np.float64):
        yield trial(scalar_form_is_that_of_arrays, f)


def checks_of_cost(cost: Cost) -> Iterator[Trial]:
    """Yield the check of a cost that has a scalar form."""
    if cost.scalar(np.float64):
        yield trial(scalar_gradient_is_that_of_arrays, cost)


def scalar_form_is_that_of_arrays(f: Activation) -> None:
    """Check f and f′ at numbers away from kinks, extreme ones too, in both types."""
    for dtype in DTYPES:
        form = f.scalar(dtype)
        assert form, "it was there for float64"
        z = random_z((40,), dtype, away_from=f.kinks)
        z = np.concatenate([z, extreme_z(dtype, away_from=f.kinks)[0]])
        with np.errstate(all="ignore"):
            a = f(z)
            slope = f.derivative(z, a)
        # What becomes of f′ where f is infinite is nobody's promise.
        finite = np.isfinite(a)
        require_scalar("f(z)", form[0], a, z=z)
        require_scalar("f′(z)", form[1], slope[finite], z=z[finite], a=a[finite])


def scalar_gradient_is_that_of_arrays(cost: Cost) -> None:
    """Check ∂C_x/∂a_j, at the edges of the domain too, in both types."""
    edges = np.array(list(product(corners(cost.domain), repeat=2)))
    for dtype in DTYPES:
        gradient = cost.scalar(dtype)
        assert gradient, "it was there for float64"
        rng = np.random.default_rng(0)
        inside = outputs_for(cost, rng, (10, 3)), targets_for(cost, rng, (10, 3))
        for a, y in (inside, (edges[:, 0], edges[:, 1])):
            a, y = a.astype(dtype), y.astype(dtype)
            require_scalar("∂C/∂a", gradient, cost.gradient(a, y), a=a, y=y)


def require_scalar(
    what: str, scalar: Callable[..., Any], expected: Array, **arguments: Array
) -> None:
    """Require that a function of numbers gives what arrays gave.

    Left out are numbers where Python raises an error and C, by whose arithmetic the function is
    compiled, goes on with infinity or NaN; and those where the arrays gave NaN.
    """
    given = expected.copy()
    with np.errstate(all="ignore"):
        for place in np.ndindex(expected.shape):
            with suppress(OverflowError, ZeroDivisionError, ValueError):
                given[place] = scalar(*(array[place] for array in arguments.values()))
    close = ROUNDING * float(np.finfo(expected.dtype).eps)
    known = ~np.isnan(expected)
    require_close(
        f"scalar {what}",
        given[known],
        expected[known],
        relative=close,
        absolute=close,
        at={name: array[known] for name, array in arguments.items()},
    )
