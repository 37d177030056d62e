"""The checks of every cost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.core.differences import gradient_of
from bpframe.testing import row_forms, scalar
from bpframe.testing.assertions import (
    Trial,
    require,
    require_array,
    require_close,
    require_new,
    trial,
    unchanged,
)
from bpframe.testing.samples import DTYPES, corners, outputs_for, targets_for

TOLERANCE = 1e-6


def checks(cost: Cost) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(value_is_one_number_a_sample, cost)
    yield trial(gradient_has_the_outputs_shape_and_dtype, cost)
    yield trial(inputs_stay_as_they_were, cost)
    yield trial(gradient_is_a_new_array, cost)
    yield trial(each_sample_is_worth_what_it_is_alone, cost)
    yield trial(transposed_outputs_give_the_same, cost)
    yield trial(gradient_agrees_with_differences, cost)
    if cost.separable:
        yield trial(each_derivative_depends_on_its_own_output_alone, cost)
    yield trial(finite_at_the_edges_of_the_domain, cost)
    yield from scalar.checks_of_cost(cost)
    yield from row_forms.checks_of_cost(cost)


def value_is_one_number_a_sample(cost: Cost) -> None:
    """Check that (m, n) gives the shape (m,), and (n,) a number, of the outputs' type."""
    for dtype in DTYPES:
        a, y = _samples(cost, dtype)
        for m in (len(a), 1):
            require_array(f"value of {m} samples", cost.value(a[:m], y[:m]), (m,), dtype)
        one: object = cost.value(a[0], y[0])
        shape = np.shape(np.asarray(one))
        require(
            shape == (),
            f"value of one sample, outputs of shape (3,), has the shape {shape}; it must be a "
            "number: sum over axis=-1",
        )


def gradient_has_the_outputs_shape_and_dtype(cost: Cost) -> None:
    """Check that it has them for a batch, a batch of one, and one sample as a vector."""
    for dtype in DTYPES:
        a, y = _samples(cost, dtype)
        for rows in (slice(None), slice(1), 0):
            gradient = cost.gradient(a[rows], y[rows])
            require_array(f"gradient of a {a[rows].shape}", gradient, a[rows].shape, dtype)


def inputs_stay_as_they_were(cost: Cost) -> None:
    """Check that neither function writes into outputs or targets."""
    a, y = _samples(cost, np.float64)
    with unchanged("value", a=a, y=y):
        cost.value(a, y)
    with unchanged("gradient", a=a, y=y):
        cost.gradient(a, y)


def gradient_is_a_new_array(cost: Cost) -> None:
    """Check that it shares no memory with what is given, for callers go on computing in it."""
    a, y = _samples(cost, np.float64)
    require_new("gradient", cost.gradient(a, y), a=a, y=y)


def each_sample_is_worth_what_it_is_alone(cost: Cost) -> None:
    """Check that the mean over a batch is the mean of its samples' costs."""
    for dtype in DTYPES:
        a, y = _samples(cost, dtype)
        tolerance = 64 * float(np.finfo(dtype).eps)
        close = partial(require_close, relative=tolerance, absolute=tolerance)
        values, gradients = _values(cost, a, y), cost.gradient(a, y)
        for i in range(len(a)):
            close(f"value of sample {i} alone", cost.value(a[i], y[i]), values[i])
            row = slice(i, i + 1)
            close(f"value of sample {i} as a batch", cost.value(a[row], y[row]), values[row])
            close(f"gradient of sample {i} alone", cost.gradient(a[i], y[i]), gradients[i])
        singles = [cost.value(*sample) for sample in zip(a, y, strict=True)]
        close("mean of a batch", values.mean(), np.mean(singles))


def transposed_outputs_give_the_same(cost: Cost) -> None:
    """Check that transposed views give the same, for such are the outputs of a forward pass."""
    a, y = _samples(cost, np.float64)
    transposed = np.asfortranarray(a)
    close = partial(require_close, relative=1e-13, absolute=1e-13)
    close("value of transposed outputs", cost.value(transposed, y), cost.value(a, y))
    close("gradient of transposed outputs", cost.gradient(transposed, y), cost.gradient(a, y))


def gradient_agrees_with_differences(cost: Cost) -> None:
    """Check ∂C_x/∂a_j; where outputs sum to 1, up to a constant, which changes nothing."""
    a, y = _samples(cost, np.float64)
    for output, target in zip(a, y, strict=True):
        moved = output[np.newaxis].copy()
        function = partial(_value_of_one, cost, moved, target[np.newaxis])
        expected = gradient_of(function, moved[0])
        gradient = cost.gradient(output[np.newaxis], target[np.newaxis])[0]
        if cost.domain.sums_to_one:
            expected, gradient = expected - expected.mean(), gradient - gradient.mean()
        scale = max(1.0, float(np.abs(expected).max()))
        require_close(
            "gradient",
            gradient,
            expected,
            absolute=TOLERANCE * scale,
            at={"a": output, "y": target},
        )


def each_derivative_depends_on_its_own_output_alone(cost: Cost) -> None:
    """Check that other outputs leave ∂C_x/∂a_j as it is, of a cost that says it is separable."""
    a, y = _samples(cost, np.float64)
    other_a, other_y = np.roll(a, 1, axis=0), np.roll(y, 1, axis=0)
    gradient = cost.gradient(a, y)
    for j in range(a.shape[1]):
        own = np.arange(a.shape[1]) == j
        mixed = cost.gradient(np.where(own, a, other_a), np.where(own, y, other_y))
        alone = cost.gradient(a[:, own], y[:, own])
        for what, found in (("other outputs", mixed[:, j]), ("no other outputs", alone[:, 0])):
            require_close(
                f"∂C/∂a_{j} beside {what}", found, gradient[:, j], relative=1e-13, absolute=1e-13
            )


def finite_at_the_edges_of_the_domain(cost: Cost) -> None:
    """Check value and gradient there, for outputs saturate, and a training must go on."""
    domain = cost.domain
    pairs = list(product(corners(domain), repeat=2))
    for dtype in DTYPES:
        a, y = np.array([a for a, _ in pairs], dtype), np.array([y for _, y in pairs], dtype)
        for what, result in (("value", cost.value(a, y)), ("gradient", cost.gradient(a, y))):
            wrong = ~np.isfinite(result)
            if wrong.any():
                i = int(np.argwhere(wrong)[0][0])
                raise AssertionError(
                    f"{what} is {result[i]} at the edge of the domain {domain}: "
                    f"a = {a[i].tolist()}, y = {y[i].tolist()} ({np.dtype(dtype)})"
                )


def _values(cost: Cost, a: Array, y: Array) -> Array:
    values = cost.value(a, y)
    shape = np.shape(values)
    require(shape == (len(a),), f"value of {len(a)} samples has the shape {shape}")
    return values


def _value_of_one(cost: Cost, a: Array, y: Array) -> float:
    return float(_values(cost, a, y)[0])


def _samples(cost: Cost, dtype: Any) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    a, y = outputs_for(cost, rng, (6, 3)), targets_for(cost, rng, (6, 3))
    return a.astype(dtype), y.astype(dtype)
