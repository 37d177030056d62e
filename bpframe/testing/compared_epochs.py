"""Epochs that a rule takes itself, compared with the trainer's single steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.backprop import Backprop, EpochFunction, StepPlan
from bpframe.core.data import Batch, TrainingSet
from bpframe.core.descent import Descent
from bpframe.core.objective import Objective
from bpframe.core.steps import ElementwiseStep, RatedStep
from bpframe.core.thinned import Thinning
from bpframe.core.weighted import weighted_objective
from bpframe.errors import MissingPackageError, NotTakenError
from bpframe.testing.assertions import NotAvailableError, require, require_close
from bpframe.testing.bound_rules import SEED, require_alike
from bpframe.testing.partners import Partners
from bpframe.testing.problems import Problem, problems
from bpframe.testing.step_plans import Case

# The last mini-batch is short.
BATCH_SIZE = 2
ORDERS = np.array([[3, 0, 4, 1, 2], [1, 4, 2, 3, 0]])
CHANGING = np.array([0.1, 0.02, 0.3])


class Around:
    """A rule that is bound to a new network of a problem, with all that is around gradients."""

    def __init__(self, rule: Backprop, problem: Problem, case: Case) -> None:
        objective = problem.objective()
        network, self.parameters = objective.network, objective.network.parameters
        network.dropout = (case.dropout,) * (len(network.sizes) - 2)
        rng = np.random.default_rng(SEED)
        thinning = Thinning(network, rng) if any(network.dropout) else None
        network = thinning.network if thinning else network
        if case.weighted:
            self.objective = weighted_objective(objective, network)
        else:
            self.objective = objective.with_network(network)
        self.plan = replace(case.plan(self.parameters), thinning=thinning)
        self._rule, self._batch = (
            rule,
            _weighted(problem.batch()) if case.weighted else problem.batch(),
        )
        gradient = rule.bind(self.objective, np.random.default_rng(SEED))
        self._descent = Descent(network, gradient, self.plan, BATCH_SIZE)

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """What the step remembers."""
        step = self.plan.step
        return step.state if isinstance(step, ElementwiseStep) else {}

    def bind_epoch(self) -> EpochFunction | None:
        """Return what the rule gives; None if it leaves the steps to the trainer."""
        return epoch_of(self._rule, self.objective, self._batch, self.plan)

    def rates(self) -> npt.NDArray[np.float64]:
        """Return those of an epoch."""
        if isinstance(self.plan.step, RatedStep):
            return CHANGING.copy()
        return np.full(len(CHANGING), np.nan)

    def take_steps(self, order: npt.NDArray[np.int64]) -> None:
        """Take the steps of an epoch one by one."""
        step = self.plan.step
        for number, rate in enumerate(self.rates().tolist()):
            if isinstance(step, RatedStep):
                step.learning_rate = rate
            rows = order[number * BATCH_SIZE : (number + 1) * BATCH_SIZE]
            self._descent.run([self._batch.take(rows)], 0)


def epoch_of(
    rule: Backprop, objective: Objective, batch: Batch, plan: StepPlan
) -> EpochFunction | None:
    """Return what takes the steps of an epoch; None if a rule leaves them to the trainer."""
    samples, rng = TrainingSet(batch.x, batch.y, BATCH_SIZE), np.random.default_rng(SEED)
    try:
        return rule.bind_epoch(objective, rng, samples, plan)
    except NotTakenError as error:
        require(bool(str(error)), "bind_epoch raised a NotTakenError without a reason")
        return None


def compare_with_single_steps(
    rule: Backprop, partners: Partners, cases: Sequence[Case]
) -> str | None:
    """Compare two epochs of each case with single steps; return what was left to the trainer."""
    left = []
    for case in cases:
        problem, single, whole = _first_bound(rule, partners, case)
        epoch = whole.bind_epoch()
        if epoch is None:
            left.append(case.label)
            continue
        for number, order in enumerate(ORDERS, 1):
            before, where = whole.parameters.copy(), f"epoch {number} with {case.label}"
            failed = epoch(order, whole.rates())
            require(
                failed == 0,
                f"{where}, {problem.label}: it returned {failed}, though all is finite",
            )
            single.take_steps(order)
            given, expected = whole.parameters.copy(), single.parameters.copy()
            for change in (given, expected):
                change.vector -= before.vector
            require_alike(f"the change of {where}", given, expected, problem, rule)
            for name, array in single.state.items():
                found = whole.state[name]
                require_close(
                    f"state['{name}'] after {where}, {problem.label}",
                    found,
                    array,
                    absolute=rule.tolerance * max(1.0, float(np.abs(array).max())),
                )
            # As where a training goes on from a checkpoint.
            whole.parameters.vector[:] = single.parameters.vector + 0.1
            single.parameters.vector[:] = whole.parameters.vector
            for name, array in single.state.items():
                array += 1
                whole.state[name][:] = array
    return f"left to the trainer: {', '.join(left)}" if left else None


def _first_bound(rule: Backprop, partners: Partners, case: Case) -> tuple[Problem, Around, Around]:
    """Return a case around the first problem that the rule accepts, twice; one with a hidden layer.

    Raises
    ------
    NotAvailableError
        If there is none.
    """
    for problem in problems(partners):
        if len(problem.sizes) > 2:
            try:
                return problem, Around(rule, problem, case), Around(rule, problem, case)
            except MissingPackageError:
                raise
            except ValueError:
                continue
    raise NotAvailableError(f"the rule accepts no network with hidden layers and {case.label}")


def _weighted(batch: Batch) -> Batch:
    """Return samples with weights from 0 on in a last column of the targets."""
    weights = np.arange(len(batch.y)) / 2
    return Batch(batch.x, np.column_stack([batch.y, weights]), batch.x_one)
