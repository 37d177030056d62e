"""What every rule promises, and what one promises that claims to be the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.backprop import Backprop, EpochFunction, PlainStep
from bpframe.core.data import Batch, TrainingSet
from bpframe.core.differences import resolves
from bpframe.core.network import ForwardPass
from bpframe.core.parameters import Parameters
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
from bpframe.testing.problems import Problem, gradient_by_differences, problems
from bpframe.testing.samples import make_batch

# What differences can tell, relative to the largest derivative of a layer.
RESOLVED = 1e-6
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
    """Hold it bit for bit: both belong to the trainer."""
    for dtype in (np.float32, np.float64):
        bound = _first(rule, problems(partners), dtype)
        batch = bound.problem.batch(dtype=dtype)
        vector = bound.parameters.vector
        with unchanged(bound.problem.label, parameters=vector, x_one=batch.x_one, y=batch.y):
            bound(batch)


def what_out_held_before_is_overwritten(rule: Backprop, partners: Partners) -> None:
    """Hold it, for the trainer hands in the same array at each step and does not clear it."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    # Bound anew, for what a rule draws at each step.
    given = Bound(rule, bound.problem)(batch, before=math.nan)
    what = "what it writes where NaN stood before"
    _compare(what, given, bound(batch), bound.problem, rule)


def one_seed_gives_one_result(rule: Backprop, partners: Partners) -> None:
    """Hold it bit for bit: all that is drawn is drawn from the stream that `bind` is given."""
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
    """Hold it, for the last batch of an epoch may be short, even a single sample."""
    bound = _first(rule, problems(partners))
    for turn, m in enumerate((5, 2, 5, 1, 2)):
        batch = bound.problem.batch(m, turn=turn)
        given = bound(batch)
        where = f"batch {turn + 1} of 5, of {m} samples"
        if rule.exact:
            expected = gradient_by_differences(bound.objective, batch)
            _compare(where, given, expected, bound.problem, rule)
        else:
            require(np.isfinite(given.vector).all(), f"{where}: not all numbers are finite")
        bound.parameters.vector += 0.1


def steps_of_a_whole_epoch_are_those_of_single_gradients(
    rule: Backprop, partners: Partners
) -> None:
    """Hold what `bind_epoch` promises: order, mini-batches, a short last one, rate and decay.

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
    """Hold that `bind_epoch` tells the step, and takes those before it and no other.

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
        part = make_batch(batch.x[rows], batch.y[rows])
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
    """Hold it for every pair of output activation and cost that the rule accepts."""
    accepted, refused = _accepted(rule, problems(partners))
    for bound in accepted:
        given = bound(bound.problem.batch(), math.nan)
        require(
            np.isfinite(given.vector).all(),
            f"{bound.problem.label}: not all numbers are finite, or not all are written",
        )
    return _refusals(refused) or None


def angle_to_the_gradient(rule: Backprop, partners: Partners) -> str:
    """Tell the angle, whatever it is; below 90° a small step lowers the cost."""
    first_of_size = {p.sizes: p for p in reversed(problems(partners))}
    accepted, _ = _accepted(
        rule, [first_of_size[sizes] for sizes in sorted(first_of_size, key=len)]
    )
    angles = []
    for bound in accepted:
        given, expected = bound(bound.problem.batch()).vector, bound.problem.expected.vector
        lengths = float(np.linalg.norm(given) * np.linalg.norm(expected))
        cosine = float(given @ expected) / lengths if lengths else 0.0
        degrees = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
        angles.append(f"{degrees:.0f}° {'-'.join(map(str, bound.problem.sizes))}")
    return f"angle to the gradient {', '.join(angles)}"


def gradient_agrees_with_differences(rule: Backprop, partners: Partners) -> str:
    """Hold it for every pair of output activation and cost that the rule accepts.

    A tolerance so wide that a wrong gradient would pass in every network is no claim.
    """
    accepted, refused = _accepted(rule, problems(partners))
    errors, told = [], 0
    for bound in accepted:
        given, expected = bound(bound.problem.batch()), bound.problem.expected
        _compare("gradient", given, expected, bound.problem, rule)
        errors.append(_relative_error(given, expected))
        allowances = ((_allowance(e, bound.problem, rule), e) for e in expected.blocks)
        told += all(resolves(allowed, float(np.abs(e).max())) for allowed, e in allowances)
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
    """Hold the mean, not the sum: a step is η times it, whatever the size of the batch."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    singles = [
        bound(make_batch(batch.x[i : i + 1], batch.y[i : i + 1])) for i in range(len(batch.x))
    ]
    mean = Parameters(bound.problem.sizes, np.float64)
    mean.vector[:] = np.mean([single.vector for single in singles], axis=0)
    what = f"a batch of {len(singles)} against the mean of its samples"
    _compare(what, bound(batch), mean, bound.problem, rule)


def order_of_the_samples_is_irrelevant(rule: Backprop, partners: Partners) -> None:
    """Hold it, for a mean knows no order."""
    bound = _first(rule, problems(partners))
    batch = bound.problem.batch()
    turned = make_batch(batch.x[::-1], batch.y[::-1])
    what = "a batch in another order"
    _compare(what, bound(turned), bound(batch), bound.problem, rule)


def float32_agrees_with_float64(rule: Backprop, partners: Partners) -> None:
    """Hold it up to a hundred times the error that the rule claims in float64."""
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


def _compare(
    what: str,
    given: Parameters,
    expected: Parameters,
    problem: Problem,
    rule: Backprop,
    times: float = 1,
) -> None:
    """Require that no number is further off than the rule claims and differences can tell."""
    layers = zip(given.blocks, expected.blocks, strict=True)
    for number, (g, e) in enumerate(layers, 2):
        where = f"{what}, {problem.label}, [w b] of layer {number}"
        require_close(where, g, e, absolute=times * _allowance(e, problem, rule))


def _allowance(expected: Array, problem: Problem, rule: Backprop) -> float:
    """Return the largest error of a layer that the rule claims, or that differences can tell."""
    largest = float(np.abs(expected).max())
    return max(rule.tolerance * max(largest, problem.value, 1), RESOLVED * largest)


def _relative_error(given: Parameters, expected: Parameters) -> float:
    """Return the largest error of a layer, relative to the layer's largest derivative."""
    pairs = zip(given.blocks, expected.blocks, strict=True)
    return max(float(np.abs(g - e).max() / np.abs(e).max()) for g, e in pairs)
