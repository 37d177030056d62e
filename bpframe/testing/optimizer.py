"""What every optimizer promises."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from bpframe.core.components import Optimizer
from bpframe.core.parameters import Parameters
from bpframe.testing.assertions import Trial, require, require_close, trial, unchanged
from bpframe.testing.samples import DTYPES, random_parameters

LEARNING_RATE = 0.01
STEPS = 50


def checks(optimizer: Optimizer) -> Iterator[Trial]:
    """Yield the checks."""
    measured = _with_learning_rate(optimizer)
    yield trial(steps_lower_a_convex_cost, measured)
    yield trial(parameters_are_changed_in_place, measured)
    yield trial(gradient_stays_as_it_was, measured)
    yield trial(two_trainings_share_no_state, measured)
    yield trial(a_gradient_of_zeros_keeps_parameters_finite, measured)
    if measured.plain_rate is not None:
        yield trial(plain_rate_is_all_there_is_to_a_step, measured)


def steps_lower_a_convex_cost(optimizer: Optimizer) -> str:
    """Hold it for ½‖θ - t‖² after some steps, in both types."""
    told = ""
    for dtype in DTYPES:
        parameters, target = random_parameters(0, dtype), random_parameters(1, dtype)
        gradient, step = Parameters(parameters.sizes, dtype), optimizer.bind(parameters)
        costs = [_distance(parameters, target)]
        for _ in range(STEPS):
            gradient.vector[:] = parameters.vector - target.vector
            step(gradient)
            costs.append(_distance(parameters, target))
        told = f"½‖θ - t‖² went from {costs[0]:.3g} to {costs[-1]:.3g} in {STEPS} steps"
        require(costs[-1] < costs[0], f"{told} ({np.dtype(dtype)}); it must fall")
    return told


def parameters_are_changed_in_place(optimizer: Optimizer) -> None:
    """Hold it, for the network's layers are views of one vector."""
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        vector, before = parameters.vector, parameters.vector.copy()
        step = optimizer.bind(parameters)
        for turn in range(3):
            step(random_parameters(turn + 1, dtype))
        require(
            parameters.vector is vector and vector.dtype == dtype,
            f"parameters.vector is another array after a step ({np.dtype(dtype)}); write into it: "
            "vector[:] = …",
        )
        require(
            not np.array_equal(vector, before),
            f"three steps have changed no parameter ({np.dtype(dtype)})",
        )
        views = np.concatenate([block.ravel() for block in parameters.blocks])
        require(np.array_equal(views, vector), "the layers are not views of the vector any more")


def gradient_stays_as_it_was(optimizer: Optimizer) -> None:
    """Hold it, for what a plugin shows of it afterwards must be what was computed."""
    parameters, gradient = random_parameters(0), random_parameters(1)
    step = optimizer.bind(parameters)
    for turn in range(3):
        with unchanged(f"step {turn + 1}", gradient=gradient.vector):
            step(gradient)


def two_trainings_share_no_state(optimizer: Optimizer) -> None:
    """Hold that velocities and the like belong to what `bind` returns."""
    results = []
    for _ in range(2):
        parameters = random_parameters(0)
        step = optimizer.bind(parameters)
        for turn in range(3):
            step(random_parameters(turn))
        results.append(parameters.vector)
    require(
        np.array_equal(results[0], results[1]),
        "the same three steps give other parameters after a second bind, up to "
        f"{np.abs(results[0] - results[1]).max():.2g} apart",
    )


def a_gradient_of_zeros_keeps_parameters_finite(optimizer: Optimizer) -> None:
    """Hold it also where a step is divided by the gradient's size."""
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        for _ in range(3):
            step(Parameters(parameters.sizes, dtype))
        require(
            np.isfinite(parameters.vector).all(),
            f"parameters are not finite after three gradients of zeros ({np.dtype(dtype)})",
        )


def plain_rate_is_all_there_is_to_a_step(optimizer: Optimizer) -> None:
    """Hold that each step is -η times its gradient, be it large or small and whatever came before.

    A rule that takes the steps itself never calls `bind`.
    """
    rate = optimizer.plain_rate
    assert rate is not None, "it was there"
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        for turn, size in enumerate((1, 1, 1e3, 1e-3, 1), 1):
            gradient, before = random_parameters(turn, dtype), parameters.vector.copy()
            gradient.vector *= size
            change = rate * gradient.vector
            step(gradient)
            largest = np.maximum(np.abs(before), np.abs(change))
            require_close(
                f"parameters after step {turn} ({np.dtype(dtype)}), with plain_rate {rate:g}",
                parameters.vector,
                before - change,
                absolute=4 * float(np.finfo(dtype).eps) * largest,
                at={"∂C/∂θ": gradient.vector},
            )


def _with_learning_rate(optimizer: Optimizer) -> Optimizer:
    if getattr(optimizer, "learning_rate", None) != "auto":
        return optimizer
    change: dict[str, Any] = {"learning_rate": LEARNING_RATE}
    return dataclasses.replace(optimizer, **change)


def _distance(parameters: Parameters, target: Parameters) -> float:
    return float(np.square(parameters.vector - target.vector).sum() / 2)
