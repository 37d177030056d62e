"""The checks of the scalar forms, which rules compile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.core.optimizer import Optimizer
from bpframe.core.parameters import Parameters
from bpframe.core.regularizer import Regularizer
from bpframe.core.steps import ElementwiseAddition, ElementwiseStep
from bpframe.testing.assertions import Trial, require_close, trial
from bpframe.testing.samples import (
    DTYPES,
    extreme_z,
    outputs_and_targets,
    random_parameters,
    random_z,
)

# In units of rounding: a sum in another order, a function of the C library.
ROUNDING = 64
# More than what is done each so many steps waits for, within reason.
STEPS = 130
# Samples of a training set.
N = 17


def checks_of_activation(f: Activation) -> Iterator[Trial]:
    """Yield the check of an activation that has a scalar form."""
    if f.scalar(np.float64):
        yield trial(scalar_form_is_that_of_arrays, f)


def checks_of_cost(cost: Cost) -> Iterator[Trial]:
    """Yield the check of a cost that has a scalar form."""
    if cost.scalar(np.float64):
        yield trial(scalar_gradient_is_that_of_arrays, cost)


def checks_of_step(optimizer: Optimizer, step: ElementwiseStep) -> Iterator[Trial]:
    """Yield the check of an optimizer whose steps have a scalar form."""
    if step.scalar(np.float64):
        yield trial(scalar_step_is_that_of_arrays, optimizer)


def checks_of_addition(regularizer: Regularizer, add: ElementwiseAddition) -> Iterator[Trial]:
    """Yield the check of a regularizer whose addition has a scalar form."""
    if add.scalar(np.float64):
        yield trial(scalar_addition_is_that_of_arrays, regularizer)


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
    for dtype in DTYPES:
        gradient = cost.scalar(dtype)
        assert gradient, "it was there for float64"
        for a, y in outputs_and_targets(cost, dtype):
            require_scalar("∂C/∂a", gradient, cost.gradient(a, y), a=a, y=y)


def scalar_step_is_that_of_arrays(optimizer: Optimizer) -> None:
    """Check each of many steps, weight decay and what is remembered included, in both types."""
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        assert isinstance(step, ElementwiseStep), "it was one for float64"
        form = step.scalar(dtype)
        assert form, "it was there for float64"
        rate, kept = dtype(step.learning_rate), list(step.remembered.values())
        for t in range(1, STEPS + 1):
            gradient, before = random_parameters(t, dtype), parameters.copy()
            for w in before.weights:
                w *= 1 - step.learning_rate * step.weight_decay
            given = [np.array(array) for array in (before.vector, gradient.vector, *kept)]
            step(gradient)
            w, g, *remembered = given
            numbers = zip(w, g, *remembered, strict=True)
            taken = np.array([form(w, g, rate, dtype(t), *r) for w, g, *r in numbers], dtype)
            expected = dict(zip(step.remembered, kept, strict=True))
            for (name, right), measured in zip(
                ({"w": parameters.vector} | expected).items(), taken.T, strict=True
            ):
                close = ROUNDING * float(np.finfo(dtype).eps)
                require_close(
                    f"{name} after step {t} in scalar form ({np.dtype(dtype)})",
                    measured,
                    right,
                    relative=close,
                    absolute=close * float(np.abs(right).max()),
                    at={"w": w, "∂C/∂w": g},
                )


def scalar_addition_is_that_of_arrays(regularizer: Regularizer) -> None:
    """Check what is added for weights, also 0, and that nothing is for biases, in both types."""
    for dtype in DTYPES:
        parameters, added = random_parameters(0, dtype), Parameters((3, 4, 2), dtype)
        parameters.weights[0][0] = 0
        add = regularizer.bind(parameters, N)
        assert isinstance(add, ElementwiseAddition), "it was one for float64"
        form = add.scalar(dtype)
        assert form, "it was there for float64"
        add(added)
        expected = Parameters(parameters.sizes, dtype)
        for w, e in zip(parameters.weights, expected.weights, strict=True):
            for place in np.ndindex(w.shape):
                e[place] = form(w[place])
        close = ROUNDING * float(np.finfo(dtype).eps)
        require_close(
            f"what is added ({np.dtype(dtype)})",
            added.vector,
            expected.vector,
            relative=close,
            absolute=close,
            at={"w": parameters.vector},
        )


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
