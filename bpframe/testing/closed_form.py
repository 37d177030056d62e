"""The checks of every closed form of δ^L, whichever plugin knows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost, OutputError
from bpframe.testing.assertions import Trial, require_close, require_new, trial, unchanged
from bpframe.testing.partners import Partners
from bpframe.testing.row_forms import require_rows
from bpframe.testing.samples import DTYPES, extreme_z, targets_for
from bpframe.testing.scalar import require_scalar


class ClosedForm(NamedTuple):
    """The closed form of a pair."""

    partner: str
    cost: Cost
    activation: Activation
    output_error: OutputError


def checks_of_activation(f: Activation, partners: Partners) -> Iterator[Trial]:
    """Yield the check of f with each cost, if there is a closed form with one."""
    tried = ((name, c, f, partners.closed_form(c, f)) for name, c in partners.costs.items())
    found = [ClosedForm(name, c, f, form) for name, c, f, form in tried if form]
    yield from _checks(found)


def checks_of_cost(c: Cost, partners: Partners) -> Iterator[Trial]:
    """Yield the check of a cost with each activation, if there is a closed form with one."""
    tried = ((name, c, f, partners.closed_form(c, f)) for name, f in partners.activations.items())
    found = [ClosedForm(name, c, f, form) for name, c, f, form in tried if form]
    yield from _checks(found)


def _checks(found: Sequence[ClosedForm]) -> Iterator[Trial]:
    if found:
        yield trial(closed_form_equals_bp1, found)
    of_neurons = [c for c in found if c.cost.separable and c.activation.elementwise]
    if of_neurons:
        yield trial(closed_form_serves_single_neurons, of_neurons)
    # A closed form may be any callable: it has a scalar form only if its author gave it one.
    with_scalar = [c for c in found if form_of(c.output_error, "scalar", np.float64)]
    if with_scalar:
        yield trial(scalar_closed_form_is_that_of_arrays, with_scalar)
    with_row = [c for c in found if form_of(c.output_error, "row", np.float64)]
    if with_row:
        yield trial(row_closed_form_is_that_of_arrays, with_row)


def closed_form_equals_bp1(forms: Sequence[ClosedForm]) -> None:
    """Check that the hook's δ^L is ∇_a C carried through f′, where both are finite."""
    rng = np.random.default_rng(0)
    for partner, cost, f, form in forms:
        z = 3 * rng.standard_normal((20, 4))
        a, y = f(z), targets_for(cost, rng, (20, 4))
        with unchanged(f"the closed form with {partner}", z=z, a=a, y=y):
            delta = form(z, a, y)
        require_new(f"the closed form with {partner}", delta, z=z, a=a, y=y)
        bp1 = f.pullback(cost.gradient(a, y), z, a)
        both = np.isfinite(delta) & np.isfinite(bp1)
        delta, bp1 = np.where(both, delta, 0), np.where(both, bp1, 0)
        what = f"δ^L with {partner} by the closed form, against (BP1)"
        require_close(what, delta, bp1, relative=1e-8, absolute=1e-11, at={"z": z, "y": y})
        one = form(z[0], a[0], y[0])
        require_close(f"{what}, one sample", one, bp1[0], relative=1e-8, absolute=1e-11)


def closed_form_serves_single_neurons(forms: Sequence[ClosedForm]) -> None:
    """Check that columns alone have the δ that they have in their layer.

    So it is used where other neurons of the layer have another activation.
    """
    rng = np.random.default_rng(0)
    for partner, cost, f, form in forms:
        z = 3 * rng.standard_normal((20, 4))
        a, y = f(z), targets_for(cost, rng, (20, 4))
        delta = form(z, a, y)
        for columns in ([2], [0, 3]):
            own = (array[..., columns] for array in (z, a, y))
            what = f"δ^L with {partner} of neurons {columns} alone"
            require_close(what, form(*own), delta[..., columns], relative=1e-13, absolute=1e-13)


def scalar_closed_form_is_that_of_arrays(forms: Sequence[ClosedForm]) -> None:
    """Check that the scalar form gives the same δ^L in both types, at extreme z too."""
    for closed in forms:
        for dtype in DTYPES:
            scalar = form_of(closed.output_error, "scalar", dtype)
            assert scalar, "it was there for float64"
            what = f"δ^L with {closed.partner} by the closed form ({np.dtype(dtype)})"
            delta, given = _given(closed, dtype)
            require_scalar(what, scalar, delta, **given)


def row_closed_form_is_that_of_arrays(forms: Sequence[ClosedForm]) -> None:
    """Check that the row form gives the same δ^L in both types, at extreme z too."""
    for closed in forms:
        for dtype in DTYPES:
            row = form_of(closed.output_error, "row", dtype)
            assert row, "it was there for float64"
            delta, given = _given(closed, dtype)
            require_rows(f"δ^L with {closed.partner} by the closed form", row, delta, **given)


def _given(closed: ClosedForm, dtype: Any) -> tuple[Array, dict[str, Array]]:
    """Return δ^L of many samples by arrays, and what it was computed from."""
    rng, f = np.random.default_rng(0), closed.activation
    far = extreme_z(dtype, away_from=f.kinks)
    near = (3 * rng.standard_normal((20, far.shape[1]))).astype(dtype)
    z = np.vstack([near, far])
    y = targets_for(closed.cost, rng, z.shape).astype(dtype)
    with np.errstate(all="ignore"):
        a = f(z)
        return closed.output_error(z, a, y), {"z": z, "a": a, "y": y}


def form_of(form: OutputError, name: str, dtype: Any) -> Any:
    """Return what a closed form gives with a method ``scalar`` or ``row``; None without one."""
    make = getattr(form, name, None)
    return make and make(dtype)
