"""Optimizers: steps in place, downhill; and the step of plain gradient descent."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from builders import each, registered

from bpframe import Optimizer, Parameters
from bpframe_optimizers import SGD

SIZES = (3, 4, 2)


def random_parameters(seed: int, dtype: Any = np.float64) -> Parameters:
    parameters = Parameters(SIZES, dtype)
    parameters.vector[:] = np.random.default_rng(seed).standard_normal(len(parameters.vector))
    return parameters


def every_optimizer() -> dict[str, Optimizer]:
    """Return the registered optimizers, with a number where a learning rate would be measured."""
    optimizers = registered("optimizer")
    for name, optimizer in optimizers.items():
        if getattr(optimizer, "learning_rate", None) == "auto":
            optimizers[name] = dataclasses.replace(optimizer, learning_rate=0.05)
    return optimizers


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_step_of_sgd_is_minus_eta_times_the_gradient_in_place(dtype: Any) -> None:
    parameters, gradient = random_parameters(0, dtype), random_parameters(1, dtype)
    vector, before, given = parameters.vector, parameters.vector.copy(), gradient.vector.copy()
    SGD(0.3).bind(parameters)(gradient)
    assert parameters.vector is vector
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(vector, before - 0.3 * given, rtol=tolerance, atol=tolerance)
    assert not np.array_equal(vector, before)
    np.testing.assert_array_equal(gradient.vector, given)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", each(every_optimizer()))
def test_steps_lower_a_convex_cost(optimizer: Optimizer, dtype: Any) -> None:
    parameters, target = random_parameters(0, dtype), random_parameters(1, dtype)
    gradient = Parameters(SIZES, dtype)

    def cost() -> float:
        return float(np.square(parameters.vector - target.vector).sum() / 2)

    start, step = cost(), optimizer.bind(parameters)
    for _ in range(200):
        gradient.vector[:] = parameters.vector - target.vector
        step(gradient)
    assert cost() < 0.1 * start
    assert parameters.dtype == dtype


@pytest.mark.parametrize("optimizer", each(every_optimizer()))
def test_two_trainings_share_no_state(optimizer: Optimizer) -> None:
    results = []
    for _ in range(2):
        parameters = random_parameters(0)
        step = optimizer.bind(parameters)
        for turn in range(3):
            step(random_parameters(turn))
        results.append(parameters.vector.tobytes())
    assert results[0] == results[1]


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), "fast"])
def test_a_learning_rate_that_is_no_positive_number_is_refused(rate: Any) -> None:
    with pytest.raises(ValueError, match="greater than 0, or 'auto'"):
        SGD(rate)


def test_a_learning_rate_that_was_not_measured_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="find_learning_rate"):
        SGD("auto").bind(random_parameters(0))
