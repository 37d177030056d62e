"""What a component returns against its contract ends in a message, and never in other numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import Array, Backprop, Cost, Optimizer, Regularizer, Trainer
from bpframe.errors import PluginFailedError
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD

DATA = class_data(12, validation=4)


@dataclass(frozen=True)
class Unsummed(Quadratic):
    """Gives a number for each output."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y)


@dataclass(frozen=True)
class MeanOfAll(Quadratic):
    """Gives one number for all samples."""

    def value(self, a: Array, y: Array) -> Array:
        mean: Any = np.square(a - y).mean()
        return mean


@dataclass(frozen=True)
class OneEach(Quadratic):
    """Gives a gradient of one number for all outputs of all samples."""

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y).mean(keepdims=True)


@dataclass(frozen=True)
class BindsNothing(FullMatrix):
    """Forgets the return."""

    def bind(self, objective: Any, rng: Any) -> Any:
        super().bind(objective, rng)


@dataclass(frozen=True)
class StepsNowhere(Optimizer):
    """Forgets the return."""

    def bind(self, parameters: Any) -> Any:
        return None


@dataclass(frozen=True)
class AddsNoFunction(Regularizer):
    """Gives the number, and not a function."""

    def penalty(self, parameters: Any, n: int) -> float:
        return 0.0

    def bind(self, parameters: Any, n: int) -> Any:
        return 0.5


def trainer(
    cost: Cost | None = None,
    rule: Backprop | None = None,
    optimizer: Optimizer | None = None,
    regularizer: Regularizer | None = None,
) -> Trainer:
    network = make_network((3, 4, 2), Sigmoid())
    parts = (cost or Quadratic(), rule or FullMatrix(), optimizer or SGD(0.1), regularizer)
    return Trainer(network, *parts, epochs=1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (trainer(Unsummed()), r"Unsummed gave values of shape \(12, 2\).* array of shape \(12,\)"),
        (trainer(MeanOfAll()), r"MeanOfAll gave values of shape \(\).* array of shape \(12,\)"),
        (trainer(OneEach()), r"OneEach gave a gradient of shape \(1, 1\).* shape \(10, 2\)"),
        (trainer(rule=BindsNothing()), r"BindsNothing.bind returned None.* gradient\(batch, out\)"),
        (trainer(optimizer=StepsNowhere()), r"StepsNowhere.bind returned None.* step\(gradient\)"),
        (trainer(regularizer=AddsNoFunction()), r"AddsNoFunction.bind returned 0.5.* or None"),
    ],
)
def test_it_is_refused_by_name(wrong: Trainer, message: str) -> None:
    with pytest.raises(PluginFailedError, match=message):
        wrong.fit(DATA)


@pytest.mark.parametrize("cost", [Unsummed(), MeanOfAll()])
def test_a_cost_is_not_the_mean_of_something_else(cost: Cost) -> None:
    with pytest.raises(PluginFailedError, match="gave values"):
        trainer(cost).evaluate(DATA, DATA.validation)
    with pytest.raises(PluginFailedError, match="gave values"):
        trainer(cost).objective.value(DATA.train.x, DATA.targets(DATA.train, float))
