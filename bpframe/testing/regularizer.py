"""The checks of every regularizer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from bpframe.core.arguments import REAL_NUMBERS
from bpframe.core.differences import gradient_of
from bpframe.core.parameters import Parameters
from bpframe.core.regularizer import Regularizer
from bpframe.core.steps import Addition, ElementwiseAddition, WeightDecay
from bpframe.testing import scalar
from bpframe.testing.assertions import Trial, require, require_close, trial, unchanged
from bpframe.testing.samples import DTYPES, random_parameters

TOLERANCE = 1e-6
# Samples of a training set.
N = 17


def checks(regularizer: Regularizer) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(penalty_is_a_finite_number, regularizer)
    yield trial(gradient_agrees_with_differences, regularizer)
    yield trial(gradient_is_added_to_what_is_there, regularizer)
    yield trial(parameters_stay_as_they_were, regularizer)
    add = _bound(regularizer)
    if isinstance(add, WeightDecay):
        yield trial(coefficient_times_the_weights_is_all_that_is_added, regularizer)
    if isinstance(add, ElementwiseAddition):
        yield from scalar.checks_of_addition(regularizer, add)
    if type(regularizer).bind_constraint is not Regularizer.bind_constraint:
        yield trial(constraint_applied_twice_is_as_applied_once, regularizer)


def penalty_is_a_finite_number(regularizer: Regularizer) -> str:
    """Check that the penalty is a finite number in both types; it is shown as ``train/penalty``."""
    penalty: Any = None
    for dtype in DTYPES:
        penalty = regularizer.penalty(random_parameters(0, dtype), N)
        require(
            np.ndim(penalty) == 0
            and np.asarray(penalty).dtype.kind in REAL_NUMBERS
            and bool(np.isfinite(penalty)),
            f"penalty is {' '.join(repr(penalty).split())[:60]} ({np.dtype(dtype)}); it must be a "
            "finite number",
        )
    return f"penalty {float(penalty):.3g} of weights from N(0, 1), n = {N}"


def gradient_agrees_with_differences(regularizer: Regularizer) -> None:
    """Check that `add` adds the penalty's gradient, and that it is 0 where `bind` gives None."""
    parameters = random_parameters(0)
    expected = gradient_of(lambda: regularizer.penalty(parameters, N), parameters.vector)
    gradient = Parameters(parameters.sizes, np.float64)
    add = regularizer.bind(parameters, N)
    if add:
        add(gradient)
    scale = max(1.0, float(np.abs(expected).max()))
    what = "the gradient that is added" if add else "bind gave None, so the gradient is"
    require_close(
        what, gradient.vector, expected, absolute=TOLERANCE * scale, at={"w": parameters.vector}
    )


def gradient_is_added_to_what_is_there(regularizer: Regularizer) -> None:
    """Check that the cost's gradient, which stands there, is kept: a step follows their sum."""
    for dtype in DTYPES:
        parameters, gradient = random_parameters(0, dtype), random_parameters(1, dtype)
        alone, before = Parameters(parameters.sizes, dtype), gradient.vector.copy()
        add = regularizer.bind(parameters, N)
        if add:
            add(alone)
            add(gradient)
        tolerance = 16 * float(np.finfo(dtype).eps) * max(1.0, float(np.abs(alone.vector).max()))
        what = f"gradient plus penalty's gradient ({np.dtype(dtype)})"
        require_close(what, gradient.vector, before + alone.vector, absolute=tolerance)


def parameters_stay_as_they_were(regularizer: Regularizer) -> None:
    """Check bit for bit that no parameter changes: steps are the optimizer's."""
    parameters, gradient = random_parameters(0), random_parameters(1)
    with unchanged("penalty", parameters=parameters.vector):
        regularizer.penalty(parameters, N)
    with unchanged("adding", parameters=parameters.vector):
        add = regularizer.bind(parameters, N)
        if add:
            add(gradient)


def coefficient_times_the_weights_is_all_that_is_added(regularizer: Regularizer) -> None:
    """Check that a `WeightDecay` adds c w for weights and 0 for biases, for any n and w."""
    for dtype in DTYPES:
        for n in (1, N, 1000):
            parameters = random_parameters(0, dtype)
            add = regularizer.bind(parameters, n)
            if not isinstance(add, WeightDecay):
                continue
            for turn in range(2):
                parameters.vector[:] = random_parameters(turn, dtype).vector
                added, expected = (Parameters(parameters.sizes, dtype) for _ in range(2))
                add(added)
                for e, w in zip(expected.weights, parameters.weights, strict=True):
                    e[:] = add.coefficient * w
                rounding = 4 * float(np.finfo(dtype).eps)
                what = (
                    f"what is added for n = {n} ({np.dtype(dtype)}), with the coefficient "
                    f"{add.coefficient:g} of what bind gives"
                )
                require_close(what, added.vector, expected.vector, relative=rounding)


def constraint_applied_twice_is_as_applied_once(regularizer: Regularizer) -> None:
    """Check that a constraint brings parameters within its bound, in place, and lets them be."""
    for dtype in DTYPES:
        for size in (1e-3, 1, 1e3):
            parameters = random_parameters(0, dtype)
            parameters.vector *= size
            vector, keep = parameters.vector, regularizer.bind_constraint(parameters)
            if not keep:
                continue
            keep()
            where = f"parameters of size {size:g} ({np.dtype(dtype)})"
            require(
                parameters.vector is vector,
                f"{where} are another array after the constraint; write into it: vector[:] = …",
            )
            require(np.isfinite(vector).all(), f"{where} are not finite after the constraint")
            once = vector.copy()
            keep()
            require_close(
                f"{where} after the constraint was applied twice, and not once",
                vector,
                once,
                absolute=16 * float(np.finfo(dtype).eps) * float(np.abs(once).max()),
            )


def _bound(regularizer: Regularizer) -> Addition | None:
    # One that cannot be bound fails the other checks.
    with suppress(Exception):
        return regularizer.bind(random_parameters(0), N)
    return None
