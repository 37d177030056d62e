"""The checks of every optimizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.learning_rate import measures_learning_rate, with_learning_rate
from bpframe.core.optimizer import Optimizer
from bpframe.core.parameters import Parameters
from bpframe.core.steps import ElementwiseStep, GradientStep, RatedStep, Step
from bpframe.testing import scalar
from bpframe.testing.assertions import Trial, require, require_close, trial, unchanged
from bpframe.testing.remembered import require_arrays
from bpframe.testing.samples import DTYPES, random_parameters

LEARNING_RATE = 0.01
STEPS = 50


def checks(optimizer: Optimizer) -> Iterator[Trial]:
    """Yield the checks."""
    measured = optimizer
    if measures_learning_rate(optimizer):
        measured = with_learning_rate(optimizer, LEARNING_RATE)
    yield trial(steps_lower_a_convex_cost, measured)
    yield trial(parameters_are_changed_in_place, measured)
    yield trial(gradient_stays_as_it_was, measured)
    yield trial(two_trainings_share_no_state, measured)
    yield trial(a_gradient_of_zeros_keeps_parameters_finite, measured)
    yield trial(state_is_all_that_a_step_remembers, measured)
    yield trial(learning_rate_can_be_set, measured)
    step = _bound(measured)
    if isinstance(step, GradientStep):
        yield trial(learning_rate_is_all_there_is_to_a_step, measured)
    if isinstance(step, ElementwiseStep):
        yield from scalar.checks_of_step(measured, step)


def steps_lower_a_convex_cost(optimizer: Optimizer) -> str:
    """Check that some steps lower ½‖θ - t‖², in both types."""
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
    """Check that a step writes into the vector that the network's layers are views of."""
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
    """Check that a step leaves the gradient for whoever looks at it afterwards."""
    parameters, gradient = random_parameters(0), random_parameters(1)
    step = optimizer.bind(parameters)
    for turn in range(3):
        with unchanged(f"step {turn + 1}", gradient=gradient.vector):
            step(gradient)


def two_trainings_share_no_state(optimizer: Optimizer) -> None:
    """Check that velocities and the like belong to what `bind` returns."""
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
    """Check that gradients of zeros leave finite parameters, also where a step divides by them."""
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        for _ in range(3):
            step(Parameters(parameters.sizes, dtype))
        require(
            np.isfinite(parameters.vector).all(),
            f"parameters are not finite after three gradients of zeros ({np.dtype(dtype)})",
        )


def state_is_all_that_a_step_remembers(optimizer: Optimizer) -> str:
    """Check that a training goes on bit for bit with parameters and `state` of a checkpoint."""
    names: list[str] = []
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        _take(step, range(3), dtype)
        state = _state(step)
        names, kept = list(state), {name: array.copy() for name, array in state.items()}
        resumed = parameters.copy()
        other = optimizer.bind(resumed)
        _write(kept, _state(other))
        _take(step, range(3, 6), dtype)
        _take(other, range(3, 6), dtype)
        require(
            np.array_equal(parameters.vector, resumed.vector),
            f"three steps ({np.dtype(dtype)}) after a checkpoint give parameters up to "
            f"{np.abs(parameters.vector - resumed.vector).max():.2g} from those without one; "
            f"`state` of what bind gives holds {', '.join(names) or 'nothing'}: put every array "
            "that a step remembers into it, and compute in these arrays, array[:] = …",
        )
    return f"a step remembers {', '.join(names) or 'nothing'}"


def learning_rate_can_be_set(optimizer: Optimizer) -> str | None:
    """Check that `learning_rate` of what `bind` gives is the rate, before each step."""
    for dtype in DTYPES:
        parameters, other = random_parameters(0, dtype), random_parameters(0, dtype)
        step, changed = optimizer.bind(parameters), optimizer.bind(other)
        if not (isinstance(step, RatedStep) and isinstance(changed, RatedStep)):
            return "what bind gives has no learning_rate: no schedule can serve it"
        rate = step.learning_rate
        _take(step, range(3), dtype)
        _take(changed, range(2), dtype)
        _set_learning_rate(changed, rate / 2)
        _take(changed, range(2, 3), dtype)
        require(
            not np.array_equal(parameters.vector, other.vector),
            f"half the learning_rate leaves a step as it was ({np.dtype(dtype)}); read "
            "self.learning_rate in each step, for a schedule sets it",
        )
        if getattr(optimizer, "learning_rate", None) == rate:
            _compare_with_built(optimizer, rate, dtype)
    return None


def _compare_with_built(optimizer: Optimizer, rate: float, dtype: npt.DTypeLike) -> None:
    """Require the steps of another rate to be those of an optimizer that is made with it."""
    parameters, other = random_parameters(0, dtype), random_parameters(0, dtype)
    step = optimizer.bind(parameters)
    assert isinstance(step, RatedStep), "it was one before"
    _set_learning_rate(step, rate / 2)
    _take(step, range(3), dtype)
    _take(with_learning_rate(optimizer, rate / 2).bind(other), range(3), dtype)
    require_close(
        f"parameters after three steps ({np.dtype(dtype)}) with learning_rate set to {rate / 2:g}",
        parameters.vector,
        other.vector,
        absolute=16 * float(np.finfo(dtype).eps) * float(np.abs(other.vector).max()),
    )


def _set_learning_rate(step: RatedStep, rate: float) -> None:
    try:
        step.learning_rate = rate
    except AttributeError as error:
        raise AssertionError(
            f"learning_rate of what bind gives cannot be set, as a schedule does: {error}"
        ) from error
    found = step.learning_rate
    require(found == rate, f"learning_rate was set to {rate:g}, and is {found!r}")


def _take(step: Step, turns: range, dtype: npt.DTypeLike) -> None:
    for turn in turns:
        step(random_parameters(turn + 1, dtype))


def _state(step: Step) -> Mapping[str, npt.NDArray[Any]]:
    state: Mapping[str, npt.NDArray[Any]] = getattr(step, "state", {})
    require_arrays(state)
    return state


def _write(kept: Mapping[str, npt.NDArray[Any]], state: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write a kept state into that of another step, as one who resumes a training does."""
    was, now = (
        {name: (array.shape, array.dtype) for name, array in s.items()} for s in (kept, state)
    )
    require(was == now, f"`state` is {was} after three steps, and {now} before the first")
    for name, array in state.items():
        array[:] = kept[name]


def learning_rate_is_all_there_is_to_a_step(optimizer: Optimizer) -> None:
    """Check that a `GradientStep` changes parameters by -η times the gradient and nothing else.

    It is tried with gradients that are large and small, one after another.
    """
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        step = optimizer.bind(parameters)
        if not isinstance(step, GradientStep):
            continue
        for turn, size in enumerate((1, 1, 1e3, 1e-3, 1), 1):
            gradient, before = random_parameters(turn, dtype), parameters.vector.copy()
            gradient.vector *= size
            change = step.learning_rate * gradient.vector
            step(gradient)
            largest = np.maximum(np.abs(before), np.abs(change))
            require_close(
                f"parameters after step {turn} ({np.dtype(dtype)}), with the learning_rate "
                f"{step.learning_rate:g} of what bind gives",
                parameters.vector,
                before - change,
                absolute=4 * float(np.finfo(dtype).eps) * largest,
                at={"∂C/∂θ": gradient.vector},
            )


def _bound(optimizer: Optimizer) -> Step | None:
    # One that cannot be bound fails the other checks.
    with suppress(Exception):
        return optimizer.bind(random_parameters(0))
    return None


def _distance(parameters: Parameters, target: Parameters) -> float:
    return float(np.square(parameters.vector - target.vector).sum() / 2)
