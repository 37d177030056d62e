"""Costs by hand and at the edges; what all of them promise is held by the conformance kit."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from builders import each, registered

from bpframe import Array, Cost
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cost", each(registered("cost")))
def test_a_right_output_costs_nothing_and_a_wrong_one_something(cost: Cost, dtype: Any) -> None:
    a, y = edges(cost, dtype)
    value, right = cost.value(a, y), (a == y).all(axis=1)
    np.testing.assert_allclose(value[right], 0, atol=1e-6)
    assert (value[~right] > 0.4).all()


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
