"""The checks of every rule, and of one that promises the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bpframe.core.backprop import Backprop
from bpframe.core.judgement import Derivatives, Verdict, compare, verdict_of
from bpframe.core.parameters import Parameters, angle
from bpframe.testing import whole_epochs
from bpframe.testing.assertions import Trial, require, require_close, trial, unchanged
from bpframe.testing.bound_rules import (
    FLOAT32,
    Bound,
    accepted_by,
    first_accepted,
    refusals,
    require_alike,
)
from bpframe.testing.partners import Partners
from bpframe.testing.problems import derivatives_of, problems


def checks(rule: Backprop, partners: Partners) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(parameters_and_batch_stay_as_they_were, rule, partners)
    yield trial(what_out_held_before_is_overwritten, rule, partners)
    yield trial(one_seed_gives_one_result, rule, partners)
    yield trial(changed_weights_and_batch_sizes_are_followed, rule, partners)
    yield from whole_epochs.checks(rule, partners)
    if not rule.exact:
        yield trial(numbers_are_finite, rule, partners)
        yield trial(angle_to_the_gradient, rule, partners)
        return
    yield trial(gradient_agrees_with_differences, rule, partners)
    yield trial(a_batch_gives_the_mean_of_its_samples, rule, partners)
    yield trial(order_of_the_samples_is_irrelevant, rule, partners)
    yield trial(float32_agrees_with_float64, rule, partners)


def parameters_and_batch_stay_as_they_were(rule: Backprop, partners: Partners) -> None:
    """Check that the rule changes neither, bit for bit: both belong to the trainer."""
    for dtype in (np.float32, np.float64):
        bound = first_accepted(rule, problems(partners), dtype)
        batch = bound.problem.batch(dtype=dtype)
        vector = bound.parameters.vector
        with unchanged(bound.problem.label, parameters=vector, x_one=batch.x_one, y=batch.y):
            bound(batch)


def what_out_held_before_is_overwritten(rule: Backprop, partners: Partners) -> None:
    """Check that nothing is left of it: the trainer hands in one array and never clears it."""
    bound = first_accepted(rule, problems(partners))
    batch = bound.problem.batch()
    # Bound anew, for what a rule draws at each step.
    given = Bound(rule, bound.problem)(batch, before=math.nan)
    what = "what it writes where NaN stood before"
    require_alike(what, given, bound(batch), bound.problem, rule)


def one_seed_gives_one_result(rule: Backprop, partners: Partners) -> None:
    """Check that all that is drawn is drawn from the stream of `bind`: it is equal bit for bit."""
    one = first_accepted(rule, problems(partners))
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
    """Check that the gradient follows changed weights and batches, of one sample too."""
    bound = first_accepted(rule, problems(partners))
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


def numbers_are_finite(rule: Backprop, partners: Partners) -> str | None:
    """Check that each pair of output activation and cost that is accepted gives finite numbers."""
    accepted, refused = accepted_by(rule, problems(partners))
    for bound in accepted:
        given = bound(bound.problem.batch(), math.nan)
        require(
            np.isfinite(given.vector).all(),
            f"{bound.problem.label}: not all numbers are finite, or not all are written",
        )
    return refusals(refused) or None


def angle_to_the_gradient(rule: Backprop, partners: Partners) -> str:
    """Return the angle as a note, whatever it is; below 90° a small step lowers the cost."""
    first_of_size = {p.sizes: p for p in reversed(problems(partners))}
    accepted, _ = accepted_by(
        rule, [first_of_size[sizes] for sizes in sorted(first_of_size, key=len)]
    )
    angles = []
    for bound in accepted:
        degrees = angle(bound(bound.problem.batch()).vector, bound.problem.expected.vector)
        angles.append(f"{degrees:.0f}° {'-'.join(map(str, bound.problem.sizes))}")
    return f"angle to the gradient {', '.join(angles)}"


def gradient_agrees_with_differences(rule: Backprop, partners: Partners) -> str:
    """Compare with differences for every pair of output activation and cost that is accepted.

    A tolerance so wide that a wrong gradient would pass in every network is no promise.
    """
    accepted, refused = accepted_by(rule, problems(partners))
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
        "network; a rule that promises no more has exact = False",
    )
    networks = f"{len(errors)} networks, relative error at most {max(errors):.0e}"
    if told < len(errors):
        networks += f"; {len(errors) - told} of them are not resolved at its tolerance"
    remarks = [f"{bound.problem.label}: {bound.remark}" for bound in accepted if bound.remark]
    if remarks:
        networks += f"; {len(remarks)} by another rule, such as {remarks[0]}"
    return f"{networks}; {refusals(refused)}" if refused else networks


def a_batch_gives_the_mean_of_its_samples(rule: Backprop, partners: Partners) -> None:
    """Check that a batch gives the mean, not the sum: a step is η times it for any size."""
    bound = first_accepted(rule, problems(partners))
    batch = bound.problem.batch()
    singles = [bound(batch.take(slice(i, i + 1))) for i in range(len(batch.x))]
    mean = Parameters(bound.problem.sizes, np.float64)
    mean.vector[:] = np.mean([single.vector for single in singles], axis=0)
    what = f"a batch of {len(singles)} against the mean of its samples"
    require_alike(what, bound(batch), mean, bound.problem, rule)


def order_of_the_samples_is_irrelevant(rule: Backprop, partners: Partners) -> None:
    """Check that the order of the samples does not change the mean."""
    bound = first_accepted(rule, problems(partners))
    batch = bound.problem.batch()
    turned = batch.take(slice(None, None, -1))
    what = "a batch in another order"
    require_alike(what, bound(turned), bound(batch), bound.problem, rule)


def float32_agrees_with_float64(rule: Backprop, partners: Partners) -> None:
    """Compare float32 with float64, up to a hundred times the error that is promised there."""
    narrow = first_accepted(rule, problems(partners), np.float32)
    batch = narrow.problem.batch(dtype=np.float32)
    given = narrow(batch)
    expected = narrow.problem.expected
    require_alike("gradient in float32", given, expected, narrow.problem, rule, FLOAT32)


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
