"""The checks of every rule, and of one that claims to be the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.backprop import Backprop, EpochFunction, PlainStep
from bpframe.core.data import Batch, TrainingSet
from bpframe.core.judgement import Derivatives, Verdict, compare, verdict_of
from bpframe.core.network import ForwardPass
from bpframe.core.parameters import Parameters, angle
from bpframe.errors import MissingPackageError
from bpframe.testing.assertions import (
    NotAvailableError,
    Trial,
    require,
    require_close,
    trial,
    unchanged,
)
from bpframe.testing.partners import Partners
from bpframe.testing.problems import Problem, derivatives_of, problems

# What the order of sums may change, as a share of the largest derivative of a layer.
REORDERED = 1e-6
# How many times as much is allowed in float32.
FLOAT32 = 100
SEED = 0
# Of whole epochs: the last mini-batch is short.
STEP, BATCH_SIZE = PlainStep(0.1, 0.3), 2
ORDERS = np.array([[3, 0, 4, 1, 2], [1, 4, 2, 3, 0]])


def checks(rule: Backprop, partners: Partners) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(parameters_and_batch_stay_as_they_were, rule, partners)
    yield trial(what_out_held_before_is_overwritten, rule, partners)
    yield trial(one_seed_gives_one_result, rule, partners)
    yield trial(changed_weights_and_batch_sizes_are_followed, rule, partners)
    if type(rule).bind_epoch is not Backprop.bind_epoch:
        yield trial(steps_of_a_whole_epoch_are_those_of_single_gradients, rule, partners)
        yield trial(an_epoch_ends_before_the_step_that_is_not_finite, rule, partners)
    if not rule.exact:
        yield trial(numbers_are_finite, rule, partners)
        yield trial(angle_to_the_gradient, rule, partners)
        return
    yield trial(gradient_agrees_with_differences, rule, partners)
    yield trial(a_batch_gives_the_mean_of_its_samples, rule, partners)
    yield trial(order_of_the_samples_is_irrelevant, rule, partners)
    yield trial(float32_agrees_with_float64, rule, partners)


class Bound:
    """A rule that is bound to a new network of a problem.

    Raises
    ------
    ValueError
        If the rule refuses the network or the pair.
    """

    def __init__(self, rule: Backprop, problem: Problem, dtype: Any = np.float64) -> None:
        self.problem = problem
        self.objective = problem.objective(dtype)
        self.parameters = self.objective.network.parameters
        self._gradient = rule.bind(self.objective, np.random.default_rng(SEED))

    def __call__(self, batch: Batch, before: float = 0.0) -> Parameters:
        """Return what the rule writes where another number stood before."""
        out = Parameters(self.parameters.sizes, self.parameters.dtype)
        out.vector.fill(before)
        self._gradient(batch, out)
        return out


def parameters_and_batch_stay_as_they_were(rule: Backprop, partners: Partners) -> None:
    """Check that the rule changes neither, bit for bit: both belong to the trainer."""
    for dtype in (np.float32, np.float64):
        bound = _first(rule, problems(partners), dtype)
        batch = bound.problem.batch(dtype=dtype)
        vector = bound.parameters.vector
        with unchanged(bound.problem.label, parameters=vector, x_one=batch.x_one, y=batch.y):
            bound(batch)


def what_out_held_before_is_overwritten(rule: Backprop, partners: Partners) -> None:
    """Check that nothing is left of it: the trainer hands in one array and never clears it."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    # Bound anew, for what a rule draws at each step.
    given = Bound(rule, bound.problem)(batch, before=math.nan)
    what = "what it writes where NaN stood before"
    _compare(what, given, bound(batch), bound.problem, rule)


def one_seed_gives_one_result(rule: Backprop, partners: Partners) -> None:
    """Check that all that is drawn is drawn from the stream of `bind`: it is equal bit for bit."""
    one = _first(rule, problems(partners))
    other = Bound(rule, one.problem)
    for turn in range(2):
        batch = one.problem.batch(turn=turn)
        vectors = one(batch).vector, other(batch).vector
        require(
            vectors[0].tobytes() == vectors[1].tobytes(),
            f"{one.problem.label}: two rules bound with one seed give different numbers, up to "
            f"{np.abs(vectors[0] - vectors[1]).max():.2g} apart; draw from the rng of bind only",
        )


def changed_weights_and_batch_sizes_are_followed(rule: Backprop, partners: Partners) -> None:
    """Check the gradient as weights and batches change: the last of an epoch may be one sample."""
    bound = _first(rule, problems(partners))
    for turn, m in enumerate((5, 2, 5, 1, 2)):
        batch = bound.problem.batch(m, turn=turn)
        given = bound(batch)
        where = f"batch {turn + 1} of 5, of {m} samples"
        if rule.exact:
            expected = derivatives_of(bound.objective, batch)
            cost = bound.objective.value(batch.x, batch.y)
            _judge(f"{where}, {bound.problem.label}", given, expected, rule, cost)
        else:
            require(np.isfinite(given.vector).all(), f"{where}: not all numbers are finite")
        bound.parameters.vector += 0.1


def steps_of_a_whole_epoch_are_those_of_single_gradients(
    rule: Backprop, partners: Partners
) -> None:
    """Compare epochs of `bind_epoch` with single steps: order, short batch, rate and decay.

    In float64 on a network of each depth, in float32 on one; for a second epoch, in another order
    and from parameters that were changed in between, too.
    """
    tried = problems(partners)
    wide = [(bound, np.float64, 1) for bound in _first_of_each_size(rule, tried)]
    for single, dtype, times in [*wide, (_first(rule, tried, np.float32), np.float32, FLOAT32)]:
        whole, batch = Bound(rule, single.problem, dtype), single.problem.batch(dtype=dtype)
        epoch = _bind_epoch(rule, whole, batch)
        if epoch is None:
            continue
        for number, order in enumerate(ORDERS, 1):
            before = whole.parameters.copy()
            failed = epoch(order)
            where = f"epoch {number} ({np.dtype(dtype)})"
            require(
                failed == 0,
                f"{where}, {single.problem.label}: it returned {failed}, though all is finite",
            )
            _take_steps(single, batch, order)
            given, expected = (bound.parameters.copy() for bound in (whole, single))
            for change in (given, expected):
                change.vector -= before.vector
            _compare(f"the change of {where}", given, expected, single.problem, rule, times)
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
            failed = epoch(order)
        require(
            failed == 2,
            f"{problem.label}: it returned {failed}, where the error of the last layer is not "
            "finite in step 2",
        )
        given, expected = (bound.parameters.copy() for bound in (whole, single))
        for change in (given, expected):
            change.vector -= before.vector
        _compare("the change of step 1, before one that fails", given, expected, problem, rule)
        return
    raise NotAvailableError("no network whose epochs the rule takes can overflow")


def _bind_epoch(rule: Backprop, bound: Bound, batch: Batch) -> EpochFunction | None:
    samples = TrainingSet(batch.x, batch.y, BATCH_SIZE)
    return rule.bind_epoch(bound.objective, np.random.default_rng(SEED), samples, STEP)


def _take_steps(bound: Bound, batch: Batch, order: npt.NDArray[np.int64]) -> int:
    """Do what `EpochFunction` promises with what `bind` gives."""
    parameters = bound.parameters
    for number, first in enumerate(range(0, len(order), BATCH_SIZE), 1):
        rows = order[first : first + BATCH_SIZE]
        part = batch.take(rows)
        forward = ForwardPass(bound.objective.network, len(rows))
        a = forward(part.x_one)
        if not np.isfinite(bound.objective.output_error(forward.z[-1], a, part.y)).all():
            return number
        gradient = bound(part)
        for w, g in zip(parameters.weights, gradient.weights, strict=True):
            g += STEP.weight_decay * w
        parameters.vector -= STEP.learning_rate * gradient.vector
    return 0


def numbers_are_finite(rule: Backprop, partners: Partners) -> str | None:
    """Check every pair of output activation and cost that the rule accepts."""
    accepted, refused = _accepted(rule, problems(partners))
    for bound in accepted:
        given = bound(bound.problem.batch(), math.nan)
        require(
            np.isfinite(given.vector).all(),
            f"{bound.problem.label}: not all numbers are finite, or not all are written",
        )
    return _refusals(refused) or None


def angle_to_the_gradient(rule: Backprop, partners: Partners) -> str:
    """Return the angle, whatever it is; below 90° a small step lowers the cost."""
    first_of_size = {p.sizes: p for p in reversed(problems(partners))}
    accepted, _ = _accepted(
        rule, [first_of_size[sizes] for sizes in sorted(first_of_size, key=len)]
    )
    angles = []
    for bound in accepted:
        degrees = angle(bound(bound.problem.batch()).vector, bound.problem.expected.vector)
        angles.append(f"{degrees:.0f}° {'-'.join(map(str, bound.problem.sizes))}")
    return f"angle to the gradient {', '.join(angles)}"


def gradient_agrees_with_differences(rule: Backprop, partners: Partners) -> str:
    """Compare with differences for every pair of output activation and cost that is accepted.

    A tolerance so wide that a wrong gradient would pass in every network is no claim.
    """
    accepted, refused = _accepted(rule, problems(partners))
    errors, told = [], 0
    for bound in accepted:
        given, problem = bound(bound.problem.batch()), bound.problem
        where = f"gradient, {problem.label}"
        verdict, error = _judge(where, given, problem.derivatives, rule, problem.value)
        errors.append(error)
        told += verdict == Verdict.AGREES
    require(
        told > 0,
        f"the tolerance {rule.tolerance:.1e} is so wide that a wrong gradient would pass in every "
        "network; a rule that claims no more has exact = False",
    )
    networks = f"{len(errors)} networks, relative error at most {max(errors):.0e}"
    if told < len(errors):
        networks += f"; {len(errors) - told} of them are not resolved at its tolerance"
    return f"{networks}; {_refusals(refused)}" if refused else networks


def a_batch_gives_the_mean_of_its_samples(rule: Backprop, partners: Partners) -> None:
    """Check that a batch gives the mean, not the sum: a step is η times it for any size."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    singles = [bound(batch.take(slice(i, i + 1))) for i in range(len(batch.x))]
    mean = Parameters(bound.problem.sizes, np.float64)
    mean.vector[:] = np.mean([single.vector for single in singles], axis=0)
    what = f"a batch of {len(singles)} against the mean of its samples"
    _compare(what, bound(batch), mean, bound.problem, rule)


def order_of_the_samples_is_irrelevant(rule: Backprop, partners: Partners) -> None:
    """Check that the order of the samples does not change the mean."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    turned = batch.take(slice(None, None, -1))
    what = "a batch in another order"
    _compare(what, bound(turned), bound(batch), bound.problem, rule)


def float32_agrees_with_float64(rule: Backprop, partners: Partners) -> None:
    """Compare float32 with float64, up to a hundred times the error that is claimed there."""
    narrow = _first(rule, problems(partners), np.float32)
    batch = narrow.problem.batch(dtype=np.float32)
    given = narrow(batch)
    expected = narrow.problem.expected
    _compare("gradient in float32", given, expected, narrow.problem, rule, FLOAT32)


def _accepted(rule: Backprop, tried: Sequence[Problem]) -> tuple[list[Bound], list[str]]:
    """Return the rule bound to each problem that it accepts, and why it refused the others."""
    accepted, refused = [], []
    for problem in tried:
        try:
            accepted.append(Bound(rule, problem))
        except MissingPackageError:
            raise
        except ValueError as error:
            require(bool(str(error)), f"{problem.label}: refused without a message")
            refused.append(f"{problem.label}: {error}")
    require(bool(accepted), _none(refused))
    return accepted, refused


def _first(rule: Backprop, tried: Sequence[Problem], dtype: Any = np.float64) -> Bound:
    """Return the rule bound to the first problem that it accepts: binding may take its time."""
    refused = []
    for problem in tried:
        try:
            return Bound(rule, problem, dtype)
        except MissingPackageError:
            raise
        except ValueError as error:
            refused.append(f"{problem.label}: {error}")
    raise AssertionError(_none(refused))


def _first_of_each_size(rule: Backprop, tried: Sequence[Problem]) -> list[Bound]:
    """Return the rule bound to the first problem of each size of which it accepts one."""
    found: dict[tuple[int, ...], Bound] = {}
    first = _first(rule, tried)
    found[first.problem.sizes] = first
    for problem in tried:
        if problem.sizes not in found:
            with suppress(ValueError):
                found[problem.sizes] = Bound(rule, problem)
    return list(found.values())


def _none(refused: list[str]) -> str:
    if not refused:
        return "no registered pair of activation and cost passes its own checks"
    return f"all networks were refused: {_refusals(refused)}"


def _refusals(refused: list[str]) -> str:
    return f"{len(refused)} refused, such as {refused[0]}" if refused else ""


def _judge(
    where: str, given: Parameters, expected: list[Derivatives], rule: Backprop, cost: float
) -> tuple[Verdict, float]:
    """Require that no layer disagrees with differences; return the verdict and largest error."""
    comparisons = []
    for number, (block, derivatives) in enumerate(zip(given.blocks, expected, strict=True), 2):
        found = compare(block.ravel(), derivatives, rule.tolerance, cost)
        if found.verdict == Verdict.DISAGREES:
            values = derivatives.values.reshape(block.shape)
            layer = f"{where}, [w b] of layer {number}"
            require_close(layer, block, values, absolute=found.allowance)
        comparisons.append(found)
    return verdict_of(comparisons), max(comparison.error for comparison in comparisons)


def _compare(
    what: str,
    given: Parameters,
    expected: Parameters,
    problem: Problem,
    rule: Backprop,
    times: float = 1,
) -> None:
    """Require that two gradients by the rule differ by no more than it claims and sums round."""
    layers = zip(given.blocks, expected.blocks, strict=True)
    for number, (g, e) in enumerate(layers, 2):
        largest = float(np.abs(e).max())
        claimed = rule.tolerance * max(largest, problem.value, 1)
        where = f"{what}, {problem.label}, [w b] of layer {number}"
        require_close(where, g, e, absolute=times * max(claimed, REORDERED * largest))
