"""The checks of the derivative, the pullback and the Jacobian of every activation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.differences import EPSILON, jacobian_of
from bpframe.testing.assertions import Trial, require_close, require_new, trial
from bpframe.testing.samples import extreme_z, layouts, random_z

# Of f′, away from kinks; and far from 0 or at it, where f″ may jump as that of z/(1 + |z|) does.
TOLERANCE = 1e-6
TOLERANCE_FAR = 1e-4


def checks(f: Activation) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(derivative_agrees_with_differences, f)
    yield trial(pullback_agrees_with_differences, f)
    yield trial(jacobian_agrees_with_differences, f)
    yield trial(derivative_pullback_and_jacobian_agree, f)
    yield trial(pullback_is_a_new_array, f)


def derivative_agrees_with_differences(f: Activation) -> None:
    """Check ∂a_j/∂z_j, which is f′ for an elementwise f."""
    for z, a, jacobian, allowed in _expected_jacobians(f):
        d, diagonal = f.derivative(z, a), np.diag(jacobian)
        require_close("derivative", d, diagonal, absolute=np.diag(allowed), at={"z": z})


def pullback_agrees_with_differences(f: Activation) -> None:
    """Check Σ_j ∂a_j/∂z_k ∂C/∂a_j, the product of (33)."""
    for z, a, jacobian, allowed in _expected_jacobians(f):
        grad_a = np.cos(np.arange(len(z)) + 1.0)
        grad_z = f.pullback(grad_a, z, a)
        absolute = allowed.T @ np.abs(grad_a)
        require_close("pullback", grad_z, jacobian.T @ grad_a, absolute=absolute, at={"z": z})


def jacobian_agrees_with_differences(f: Activation) -> None:
    """Check ∂a_j/∂z_k, which stands in row j, column k."""
    for z, _, jacobian, allowed in _expected_jacobians(f):
        columns = {"z": np.broadcast_to(z, jacobian.shape)}
        require_close("jacobian", f.jacobian(z), jacobian, absolute=allowed, at=columns)


def derivative_pullback_and_jacobian_agree(f: Activation) -> None:
    """Check that they agree with each other up to rounding."""
    for row in random_z((3, 5), away_from=f.kinks):
        a, grad_a, jacobian = f(row), np.cos(row), f.jacobian(row)
        close = partial(require_close, relative=1e-10, absolute=1e-10, at={"z": row})
        close("derivative against jacobian", f.derivative(row, a), np.diag(jacobian))
        close("pullback against jacobian", f.pullback(grad_a, row, a), jacobian.T @ grad_a)


def pullback_is_a_new_array(f: Activation) -> None:
    """Check that it shares no memory with what is given, for callers go on computing in it."""
    for layout, z in layouts(f, np.float64).items():
        a, grad_a = f(z).copy(), np.cos(z)
        grad_z = f.pullback(grad_a, z, a)
        require_new(f"pullback of z {layout}", grad_z, grad_a=grad_a, z=z, a=a)


def _expected_jacobians(f: Activation) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Yield z and a of a sample, ∂a_j/∂z_k by differences, and how far off these may be.

    Warnings are another check's; NumPy's are off until the last one is taken.
    """
    near, far = random_z((3, 5), away_from=f.kinks), extreme_z(np.float64, away_from=f.kinks)
    with np.errstate(all="ignore"):
        for z, tolerance in [*((z, TOLERANCE) for z in near), *((z, TOLERANCE_FAR) for z in far)]:
            a, jacobian = f(z), jacobian_of(f, z)
            if np.isfinite(a).all() and np.isfinite(jacobian).all():
                rounding = 4 * float(np.finfo(np.float64).eps) * np.abs(a)[:, np.newaxis] / EPSILON
                yield z, a, jacobian, tolerance * np.maximum(1, np.abs(jacobian)) + rounding
