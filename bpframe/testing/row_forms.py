"""The checks of the forms of whole rows, which rules compile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.testing.assertions import Trial, require_close, trial, unchanged
from bpframe.testing.samples import (
    DTYPES,
    extreme_z,
    outputs_and_targets,
    random_z,
)
from bpframe.testing.scalar import ROUNDING

# Neurons of a layer.
WIDTHS = (1, 2, 5)


def checks_of_activation(f: Activation) -> Iterator[Trial]:
    """Yield the check of an activation that has a row form."""
    if f.row(np.float64):
        yield trial(row_form_is_that_of_arrays, f)


def checks_of_cost(cost: Cost) -> Iterator[Trial]:
    """Yield the check of a cost that has a row form."""
    if cost.row(np.float64):
        yield trial(row_gradient_is_that_of_arrays, cost)


def row_form_is_that_of_arrays(f: Activation) -> None:
    """Check f and its pullback of layers of several widths, at extreme z too, in both types."""
    for dtype in DTYPES:
        form = f.row(dtype)
        assert form, "it was there for float64"
        widths = [random_z((20, n), dtype, away_from=f.kinks) for n in WIDTHS]
        for z in (*widths, extreme_z(dtype, away_from=f.kinks)):
            grad_a = np.cos(np.arange(z.size, dtype=dtype).reshape(z.shape))
            with np.errstate(all="ignore"):
                a = f(z)
                grad_z = f.pullback(grad_a, z, a)
            where = f"of {z.shape[1]} neurons"
            require_rows(f"f(z) {where}", form[0], a, z=z)
            # What becomes of it where f is infinite is nobody's promise.
            finite = np.isfinite(a).all(axis=1)
            given = {"grad_a": grad_a[finite], "z": z[finite], "a": a[finite]}
            require_rows(f"pullback {where}", form[1], grad_z[finite], **given)


def row_gradient_is_that_of_arrays(cost: Cost) -> None:
    """Check ∇_a C_x, at the edges of the domain too, in both types."""
    for dtype in DTYPES:
        gradient = cost.row(dtype)
        assert gradient, "it was there for float64"
        for a, y in outputs_and_targets(cost, dtype):
            require_rows("∇_a C", gradient, cost.gradient(a, y), a=a, y=y)


def require_rows(what: str, row: Callable[..., None], expected: Array, **arguments: Array) -> None:
    """Require that a function of one sample gives what arrays gave, and changes nothing else.

    Left out are samples where Python raises an error and C, by whose arithmetic the function is
    compiled, goes on with infinity or NaN; and numbers that were NaN in the arrays.
    """
    given = expected.copy()
    for place, own in enumerate(zip(*arguments.values(), strict=True)):
        out = np.full_like(expected[place], np.nan)
        read = {name: np.array(array) for name, array in zip(arguments, own, strict=True)}
        with (
            np.errstate(all="ignore"),
            suppress(OverflowError, ZeroDivisionError),
            unchanged(f"the row form of {what}", **read),
        ):
            row(*read.values(), out)
            given[place] = out
    close = ROUNDING * float(np.finfo(expected.dtype).eps)
    known = ~np.isnan(expected)
    require_close(
        f"{what} in row form ({expected.dtype})",
        np.where(known, given, 0),
        np.where(known, expected, 0),
        relative=close,
        absolute=close,
        at=arguments,
    )
