"""A learning rate that is measured instead of guessed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from itertools import chain, islice, repeat
from typing import Any, TypeVar

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.data import Batch, Data
from bpframe.core.descent import Descent
from bpframe.core.evaluation import Evaluator
from bpframe.core.objective import Objective
from bpframe.core.optimizer import Optimizer
from bpframe.core.recipe import Recipe
from bpframe.core.streams import stream
from bpframe.errors import DivergedError

GRID = tuple(2.0**k for k in range(-16, 7))
ROUNDS = (100, 100, 200, 400)
SAMPLES = 1000
# Of all weights and biases at the same time: the start, and parameters and gradient of each rate.
COPIES = 1 + 2 * len(GRID)
LEFT_PLATEAU = 0.9

AnyOptimizer = TypeVar("AnyOptimizer", bound=Optimizer)


def measures_learning_rate(optimizer: Optimizer) -> bool:
    """Return whether the optimizer's learning rate is ``auto``, still to be measured."""
    return getattr(optimizer, "learning_rate", None) == "auto"


def with_learning_rate(optimizer: AnyOptimizer, rate: float) -> AnyOptimizer:
    """Return an optimizer with another learning rate."""
    change: dict[str, Any] = {"learning_rate": rate}
    return dataclasses.replace(optimizer, **change)


def find_learning_rate(trainer: Recipe, data: Data) -> float:
    """Return half of the rate that lowers the cost most within 100 mini-batches.

    Each rate of a geometric grid (factor 2, from 2⁻¹⁶ to 64) starts from the same weights and
    sees the same batches; the one with the lowest finite cost on 1,000 training samples
    is halved. Mini-batches have at most 1,000 samples here. Where no rate gets a tenth below what
    the best constant output costs, as in a deep network of sigmoids, all go on, up to 800
    mini-batches. Network and trainer are left as they were.

    Parameters
    ----------
    trainer : Trainer
        What is to be trained; the field ``learning_rate`` of its optimizer is tried with each
        rate. The gradients are those of its `learning_rate_backprop`: at large rates training is
        chaotic, and the rounding of another exact rule can move the rate by some places of the
        grid, so runs that are compared should be measured with one rule.
    data : Data
        As in the training; the batches come from streams ``learning_rate …`` of their own.

    Raises
    ------
    DivergedError
        If no rate of the grid keeps the cost finite.
    """
    objective, seed = trainer.objective, trainer.seed
    parameters = objective.network.parameters
    start = parameters.vector.copy()
    minibatches = trainer.minibatches(data, most=SAMPLES)
    samples = data.train.draw(SAMPLES, stream(seed, "evaluation"))
    evaluate = Evaluator(objective, data, samples)
    plateau = _cost_of_constant(objective, data.targets(samples, parameters.dtype))
    trials = {rate: start.copy() for rate in GRID}
    rule = trainer.learning_rate_backprop
    descents = {
        rate: trainer.descent(minibatches, rule, with_learning_rate(trainer.optimizer, rate))
        for rate in GRID
    }
    costs: dict[float, float] = {}
    reasons: dict[float, str] = {}
    try:
        for number, steps in enumerate(ROUNDS):
            for rate, vector in list(trials.items()):
                parameters.vector[:] = vector
                order = stream(seed, f"learning_rate {number}")
                orders = map(order.permutation, repeat(minibatches.n))
                batches = chain.from_iterable(map(minibatches.epoch, orders))
                try:
                    costs[rate] = _cost_after(descents[rate], islice(batches, steps), evaluate)
                except DivergedError as error:
                    costs[rate], reasons[rate] = math.inf, str(error)
                if math.isfinite(costs[rate]):
                    vector[:] = parameters.vector
                else:
                    del trials[rate]
            if not trials or min(costs.values()) < LEFT_PLATEAU * plateau:
                break
    finally:
        parameters.vector[:] = start
    if not trials:
        raise DivergedError(
            f"no learning rate from {GRID[0]:g} to {GRID[-1]:g} keeps the cost finite. "
            + (
                f"With {min(reasons):g}, {reasons[min(reasons)]}"
                if reasons
                else "Give optimizer.learning_rate, or try another initializer or activation."
            )
        )
    return min(costs, key=costs.__getitem__) / 2


def _cost_after(descent: Descent, batches: Iterable[Batch], evaluate: Evaluator) -> float:
    """Return the cost after some steps, infinite if it is not finite.

    Raises
    ------
    DivergedError
        If a step diverges.
    """
    descent.run(batches, epoch=0)
    cost = evaluate()["cost"]
    return cost if math.isfinite(cost) else math.inf


def _cost_of_constant(objective: Objective, y: Array) -> float:
    """Return the cost of outputs that are the mean target whatever the input."""
    constant = np.broadcast_to(y.mean(axis=0), y.shape)
    return float(objective.values(constant, y).mean())
