"""Steps by hand, what they remember, and the options that are refused."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from bpframe import ElementwiseStep, Optimizer, Parameters
from bpframe.testing.samples import random_parameters
from bpframe_optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, RMSprop

OPTIMIZERS: list[type[Any]] = [SGD, Momentum, Adam, AdamW, RMSprop, AdaGrad]
WITH_STATE: list[Optimizer] = [
    Momentum(0.01),
    Momentum(0.01, nesterov=True),
    Adam(0.01),
    AdamW(0.01),
    RMSprop(0.01),
    AdaGrad(0.01),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_step_of_sgd_is_minus_eta_times_the_gradient_in_place(dtype: Any) -> None:
    parameters, gradient = random_parameters(0, dtype), random_parameters(1, dtype)
    vector = parameters.vector
    expected = vector - 0.3 * gradient.vector
    SGD(0.3).bind(parameters)(gradient)
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(vector, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), "fast", True, 10**400])
def test_a_learning_rate_that_is_no_positive_number_is_refused(
    optimizer: type[Any], rate: Any
) -> None:
    with pytest.raises(ValueError, match="greater than 0, or 'auto'"):
        optimizer(rate)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_learning_rate_that_was_not_measured_is_refused_at_the_start(
    optimizer: type[Any],
) -> None:
    with pytest.raises(ValueError, match="find_learning_rate"):
        optimizer().bind(random_parameters(0))


@pytest.mark.parametrize(
    ("optimizer", "option", "values"),
    [
        (Momentum, "momentum", [-0.1, 1.0, float("nan")]),
        (Adam, "beta1", [-0.1, 1.0, float("nan")]),
        (Adam, "beta2", [-0.1, 1.0, float("nan")]),
        (Adam, "eps", [0.0, -1.0, float("inf"), float("nan")]),
        (AdamW, "beta2", [1.0]),
        (AdamW, "weight_decay", [-1.0, float("inf"), float("nan")]),
        (RMSprop, "rho", [-0.1, 1.0, float("nan")]),
        (RMSprop, "eps", [0.0]),
        (AdaGrad, "eps", [0.0]),
    ],
)
def test_options_out_of_range_are_refused(
    optimizer: type[Any], option: str, values: list[float]
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=f"{option} is {value}; it must be"):
            optimizer(**{option: value})


@pytest.mark.parametrize("optimizer", [Adam, RMSprop, AdaGrad])
def test_an_eps_that_is_0_in_32_bits_is_refused_there(optimizer: type[Any]) -> None:
    optimizer(0.1, eps=1e-50).bind(random_parameters(0))
    with pytest.raises(ValueError, match=r"for float32 it must be 1\.2e-38 or more"):
        optimizer(0.1, eps=1e-50).bind(random_parameters(0, np.float32))


def test_momentum_is_the_books_velocity_whatever_the_schedule() -> None:
    parameters = random_parameters(0)
    w, v = parameters.vector.copy(), 0.0
    step = Momentum(0.1, momentum=0.8).bind(parameters)
    assert isinstance(step, ElementwiseStep)
    for t in range(1, 40):
        gradient = random_parameters(t)
        step.learning_rate = rate = 0.1 / t
        step(gradient)
        v = 0.8 * v - rate * gradient.vector
        w += v
    np.testing.assert_allclose(parameters.vector, w, rtol=1e-12, atol=1e-12)
    scale = 0.8 ** (39 % 30)
    np.testing.assert_allclose(step.state["velocity"] * scale, v, rtol=1e-12)


def test_the_first_step_of_adam_is_the_rate_in_each_direction() -> None:
    parameters, gradient = random_parameters(0), random_parameters(1)
    before = parameters.vector.copy()
    Adam(0.01).bind(parameters)(gradient)
    np.testing.assert_allclose(
        parameters.vector, before - 0.01 * np.sign(gradient.vector), rtol=0, atol=1e-7
    )


def test_adamw_decays_weights_and_no_biases() -> None:
    parameters = random_parameters(0)
    before = parameters.copy()
    AdamW(0.1, weight_decay=0.5).bind(parameters)(Parameters(parameters.sizes, np.float64))
    for w, was in zip(parameters.weights, before.weights, strict=True):
        np.testing.assert_allclose(w, 0.95 * was, rtol=1e-14)
    for b, was in zip(parameters.biases, before.biases, strict=True):
        np.testing.assert_array_equal(b, was)


@pytest.mark.parametrize("optimizer", WITH_STATE, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_remembered_of_a_long_training_is_normal_or_0(
    optimizer: Optimizer, dtype: Any
) -> None:
    parameters = random_parameters(0, dtype)
    gradient, step = random_parameters(1, dtype), optimizer.bind(parameters)
    assert isinstance(step, ElementwiseStep)
    gradient.vector *= 1e-15
    smallest = np.finfo(dtype).smallest_normal
    step(gradient)
    gradient.vector[:] = 0
    for _ in range(12_000):
        step(gradient)
        for remembered in step.remembered.values():
            assert not ((remembered != 0) & (np.abs(remembered) < smallest)).any()
    assert np.isfinite(parameters.vector).all()


@pytest.mark.parametrize("optimizer", [SGD(0.01), *WITH_STATE], ids=repr)
def test_a_step_makes_no_arrays(optimizer: Optimizer) -> None:
    parameters, gradient = Parameters([300, 100]), Parameters([300, 100])
    gradient.vector[:] = 1e-3
    step = optimizer.bind(parameters)
    for _ in range(70):
        step(gradient)
    tracemalloc.start()
    for _ in range(70):
        step(gradient)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(parameters.vector)
