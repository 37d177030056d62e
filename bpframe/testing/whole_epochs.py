"""The checks of a rule that takes the steps of whole epochs itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bpframe.core.backprop import Backprop, EpochFunction, StepPlan
from bpframe.core.data import Batch
from bpframe.core.network import ForwardPass
from bpframe.core.parameters import Parameters
from bpframe.core.steps import GradientStep, WeightDecay
from bpframe.errors import MissingPackageError
from bpframe.testing.assertions import NotAvailableError, Trial, require, trial
from bpframe.testing.bound_rules import (
    FLOAT32,
    Bound,
    first_accepted,
    first_of_each_size,
    require_alike,
)
from bpframe.testing.compared_epochs import (
    BATCH_SIZE,
    ORDERS,
    compare_with_single_steps,
    epoch_of,
)
from bpframe.testing.partners import Partners
from bpframe.testing.problems import problems
from bpframe.testing.step_plans import (
    FOLLOWING,
    RATE,
    RATES_CHANGE,
    REMEMBERS,
    THINNED,
    WEIGHTED,
)

DECAY = 0.3


def checks(rule: Backprop, partners: Partners) -> Iterator[Trial]:
    """Yield the checks of a rule that defines `Backprop.bind_epoch`."""
    if type(rule).bind_epoch is not Backprop.bind_epoch:
        yield trial(steps_of_a_whole_epoch_are_those_of_single_gradients, rule, partners)
        yield trial(an_epoch_ends_before_the_step_that_is_not_finite, rule, partners)
        yield trial(rates_of_an_epoch_are_those_of_its_steps, rule, partners)
        yield trial(what_follows_a_gradient_is_done_or_left_to_the_trainer, rule, partners)
        yield trial(what_a_step_remembers_is_read_and_written, rule, partners)
        yield trial(neurons_are_left_out_as_they_are_drawn, rule, partners)
        yield trial(weights_of_samples_count_in_whole_epochs, rule, partners)


def steps_of_a_whole_epoch_are_those_of_single_gradients(
    rule: Backprop, partners: Partners
) -> None:
    """Compare epochs of `bind_epoch` with single steps: order, short batch, rate and decay.

    In float64 on a network of each depth, in float32 on one; for a second epoch, in another order
    and from parameters that were changed in between, too.
    """
    tried = problems(partners)
    wide = [(bound, np.float64, 1) for bound in first_of_each_size(rule, tried)]
    for single, dtype, times in [
        *wide,
        (first_accepted(rule, tried, np.float32), np.float32, FLOAT32),
    ]:
        whole, batch = Bound(rule, single.problem, dtype), single.problem.batch(dtype=dtype)
        epoch = _bind_epoch(rule, whole, batch)
        if epoch is None:
            continue
        for number, order in enumerate(ORDERS, 1):
            before = whole.parameters.copy()
            failed = epoch(order, _rates(order))
            where = f"epoch {number} ({np.dtype(dtype)})"
            require(
                failed == 0,
                f"{where}, {single.problem.label}: it returned {failed}, though all is finite",
            )
            _take_steps(single, batch, order)
            _require_one_change(f"the change of {where}", whole, single, before, rule, times)
            # The same for both, so that rounding of the first epoch is not carried on.
            whole.parameters.vector[:] = single.parameters.vector + 0.1
            single.parameters.vector[:] = whole.parameters.vector


def an_epoch_ends_before_the_step_that_is_not_finite(rule: Backprop, partners: Partners) -> None:
    """Check that `bind_epoch` returns the step, and takes those before it and no other.

    The inputs of the second mini-batch are as large as numbers can be, those of the first 0.
    """
    order = ORDERS[0]
    for problem in problems(partners):
        batch = problem.batch()
        batch.x[order[:BATCH_SIZE]] = 0
        batch.x[order[BATCH_SIZE : 2 * BATCH_SIZE]] = np.finfo(np.float64).max
        try:
            single, whole = Bound(rule, problem), Bound(rule, problem)
        except MissingPackageError:
            raise
        except ValueError:
            continue
        for bound in (single, whole):
            bound.parameters.weights[0][:] *= 100
        before = whole.parameters.copy()
        with np.errstate(all="ignore"):
            if _take_steps(single, batch, order) != 2:
                continue
            epoch = _bind_epoch(rule, whole, batch)
            if epoch is None:
                continue
            failed = epoch(order, _rates(order))
        require(
            failed == 2,
            f"{problem.label}: it returned {failed}, where the error of the last layer is not "
            "finite in step 2",
        )
        what = "the change of step 1, before one that fails"
        _require_one_change(what, whole, single, before, rule)
        return
    raise NotAvailableError("no network whose epochs the rule takes can overflow")


def rates_of_an_epoch_are_those_of_its_steps(rule: Backprop, partners: Partners) -> str | None:
    """Compare an epoch whose rates change with single steps."""
    return compare_with_single_steps(rule, partners, [RATES_CHANGE])


def what_follows_a_gradient_is_done_or_left_to_the_trainer(
    rule: Backprop, partners: Partners
) -> str | None:
    """Compare epochs with penalties, clipping, bounds and other steps with single steps.

    None of them has to be taken: `bind_epoch` returns None or raises a `NotTakenError` then.
    """
    return compare_with_single_steps(rule, partners, FOLLOWING)


def what_a_step_remembers_is_read_and_written(rule: Backprop, partners: Partners) -> str | None:
    """Compare the parameters and the state of an `ElementwiseStep` with those of single steps."""
    return compare_with_single_steps(rule, partners, [REMEMBERS])


def neurons_are_left_out_as_they_are_drawn(rule: Backprop, partners: Partners) -> str | None:
    """Compare epochs of a thinned network with single steps, of the same draws."""
    return compare_with_single_steps(rule, partners, [THINNED])


def weights_of_samples_count_in_whole_epochs(rule: Backprop, partners: Partners) -> str | None:
    """Compare epochs whose targets have a last column of weights with single steps."""
    return compare_with_single_steps(rule, partners, [WEIGHTED])


def _require_one_change(
    what: str, whole: Bound, single: Bound, before: Parameters, rule: Backprop, times: float = 1
) -> None:
    """Require that both have changed the parameters that there were before by the same."""
    given, expected = (bound.parameters.copy() for bound in (whole, single))
    for change in (given, expected):
        change.vector -= before.vector
    require_alike(what, given, expected, single.problem, rule, times)


def _bind_epoch(rule: Backprop, bound: Bound, batch: Batch) -> EpochFunction | None:
    step, add = GradientStep(bound.parameters, RATE), WeightDecay(bound.parameters, DECAY)
    return epoch_of(rule, bound.objective, batch, StepPlan(step, add))


def _rates(order: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.full(-(-len(order) // BATCH_SIZE), RATE)


def _take_steps(bound: Bound, batch: Batch, order: npt.NDArray[np.int64]) -> int:
    """Do what `EpochFunction` promises with what `bind` gives."""
    parameters = bound.parameters
    for number, first in enumerate(range(0, len(order), BATCH_SIZE), 1):
        rows = order[first : first + BATCH_SIZE]
        own = batch.take(rows)
        forward = ForwardPass(bound.objective.network, len(rows))
        a = forward(own.x_one)
        if not np.isfinite(bound.objective.output_error(forward.z[-1], a, own.y)).all():
            return number
        gradient = bound(own)
        for w, g in zip(parameters.weights, gradient.weights, strict=True):
            g += DECAY * w
        parameters.vector -= RATE * gradient.vector
    return 0
