"""What every cost promises: one value a sample, its gradient, and finite at the edges."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from builders import each, registered, targets_for
from differences import gradient_of

from bpframe import Array, Cost
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic

every = pytest.mark.parametrize("cost", each(registered("cost")))
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def samples(cost: Cost, dtype: Any = np.float64, m: int = 6) -> tuple[Array, Array]:
    """Return outputs well inside the domain, and targets."""
    rng = np.random.default_rng(0)
    a, y = targets_for(cost, rng, (m, 3)), targets_for(cost, rng, (m, 3))
    a = 0.7 * a + 0.3 * a.mean(axis=1, keepdims=True)
    return a.astype(dtype), y.astype(dtype)


def edges(cost: Cost, dtype: Any) -> tuple[Array, Array]:
    """Return every pair of outputs and targets from the corners of the domain."""
    domain = cost.domain
    low = domain.low if np.isfinite(domain.low) else -100
    high = domain.high if np.isfinite(domain.high) else 100
    corners = [np.array(corner) for corner in product((low, high), repeat=3)]
    if domain.sums_to_one:
        corners = list(np.eye(3))
    pairs = list(product(corners, repeat=2))
    return np.array([a for a, _ in pairs], dtype), np.array([y for _, y in pairs], dtype)


@every
@both_dtypes
def test_one_value_a_sample_and_a_gradient_of_the_outputs_shape(cost: Cost, dtype: Any) -> None:
    a, y = samples(cost, dtype)
    before = a.tobytes(), y.tobytes()
    value, gradient = cost.value(a, y), cost.gradient(a, y)
    assert (value.shape, value.dtype) == ((6,), dtype)
    assert (gradient.shape, gradient.dtype) == ((6, 3), dtype)
    assert not np.shares_memory(gradient, a)
    assert not np.shares_memory(gradient, y)
    assert (a.tobytes(), y.tobytes()) == before


@every
def test_gradient_equals_differences(cost: Cost) -> None:
    a, y = samples(cost)
    for a_x, y_x in zip(a, y, strict=True):
        a_row, y_row = a_x[None].copy(), y_x[None]
        expected = gradient_of(lambda a=a_row, y=y_row: float(cost.value(a, y)[0]), a_row[0])
        np.testing.assert_allclose(cost.gradient(a_row, y_row)[0], expected, rtol=1e-6, atol=1e-8)


@every
@both_dtypes
def test_finite_at_the_edges_of_the_domain(cost: Cost, dtype: Any) -> None:
    a, y = edges(cost, dtype)
    assert np.isfinite(cost.value(a, y)).all()
    assert np.isfinite(cost.gradient(a, y)).all()


@every
@both_dtypes
def test_a_right_output_costs_nothing_and_a_wrong_one_something(cost: Cost, dtype: Any) -> None:
    a, y = edges(cost, dtype)
    value, right = cost.value(a, y), (a == y).all(axis=1)
    np.testing.assert_allclose(value[right], 0, atol=1e-6)
    assert (value[~right] > 0.4).all()


@every
@both_dtypes
def test_a_batch_is_worth_its_samples(cost: Cost, dtype: Any) -> None:
    a, y = samples(cost, dtype)
    rows = range(len(a))
    tolerance = {"rtol": 10 * np.finfo(dtype).eps, "atol": 0}
    singles = [cost.value(a[i : i + 1], y[i : i + 1]) for i in rows]
    np.testing.assert_allclose(cost.value(a, y), np.concatenate(singles), **tolerance)
    np.testing.assert_allclose(cost.value(a, y).mean(), np.mean(singles), **tolerance)
    gradients = [cost.gradient(a[i], y[i]) for i in rows]
    np.testing.assert_allclose(cost.gradient(a, y), gradients, **tolerance)


def test_values_by_hand() -> None:
    a, y = np.array([[0.9, 0.2], [0.5, 0.5]]), np.array([[1.0, 0.0], [0.0, 0.5]])
    np.testing.assert_allclose(Quadratic().value(a, y), [0.025, 0.125], rtol=1e-15)
    cross_entropy = [-np.log(0.9) - np.log(0.8), 2 * np.log(2)]
    np.testing.assert_allclose(CrossEntropy().value(a, y), cross_entropy, rtol=1e-15)
    likelihood = [-np.log(0.9), np.log(2) / 2]
    np.testing.assert_allclose(LogLikelihood().value(a, y), likelihood, rtol=1e-15)


def test_gradients_by_hand() -> None:
    a, y = np.array([[0.8, 0.2]]), np.array([[1.0, 0.0]])
    np.testing.assert_allclose(Quadratic().gradient(a, y), [[-0.2, 0.2]], rtol=1e-15)
    np.testing.assert_allclose(CrossEntropy().gradient(a, y), [[-1.25, 1.25]], rtol=1e-14)
    np.testing.assert_allclose(LogLikelihood().gradient(a, y), [[-1.25, 0]], rtol=1e-14)
