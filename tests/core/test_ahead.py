"""A training that is trained before it is asked for: nobody can tell that it was."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import (
    Backprop,
    Batch,
    Epoch,
    GradientFunction,
    Objective,
    Parameters,
    Run,
    Task,
    Trainer,
    hookimpl,
    hooks_of,
)
from bpframe.core import ahead
from bpframe.errors import DivergedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD, Adam, Momentum
from bpframe_schedules import Plateau
from bpframe_stopping import EarlyStopping

DATA = class_data(60, validation=20)
EPOCHS = 8


@dataclass(frozen=True)
class Counting(FullMatrix):
    """A rule that counts its gradients."""

    counted: list[int] = field(default_factory=lambda: [0], compare=False)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        compute = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            self.counted[0] += 1
            compute(batch, out)

        return gradient


def make(rule: Backprop | None = None, **more: Any) -> Trainer:
    dropout, optimizer = more.pop("dropout", 0.0), more.pop("optimizer", SGD(2.0))
    network = make_network((3, 5, 2), Sigmoid(), seed=4, dropout=dropout)
    options = {"epochs": EPOCHS, "batch_size": 10} | more
    return Trainer(network, Quadratic(), rule or FullMatrix(), optimizer, seed=4, **options)


def trained(trainer: Trainer) -> list[tuple[dict[str, float], bytes]]:
    """Train, and return the metrics and the weights of each epoch, and the weights at the end."""
    vector = trainer.network.parameters.vector
    seen = [(epoch.metrics, vector.tobytes()) for epoch in trainer.train(DATA)]
    return [*seen, ({}, vector.tobytes())]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": Adam(0.01), "dropout": 0.3},
        {"optimizer": Momentum(1.0), "schedule": Plateau(patience=1)},
        {"optimizer": SGD(20.0), "stopping": EarlyStopping(patience=1, restore_best=True)},
    ],
)
def test_everything_is_as_if_it_was_trained_then(options: dict[str, Any]) -> None:
    alone, trainer = make(Counting(), **options), make(rule := Counting(), **options)
    start = trainer.network.parameters.vector.copy()
    trainer.train_ahead(DATA)
    assert (trainer.network.parameters.vector == start).all()
    assert (trainer.position, trainer.training) == (None, None)
    gradients = rule.counted[0]
    assert trained(trainer) == trained(alone)
    assert rule.counted[0] == gradients > 0
    assert trainer.training
    assert alone.training
    assert trainer.training.ended == alone.training.ended
    assert trainer.training.restored == alone.training.restored
    # And from its end on.
    trainer.epochs = alone.epochs = EPOCHS + 3
    assert trained(trainer) == trained(alone)


def test_weights_that_somebody_changes_are_those_that_are_trained() -> None:
    def changed_in_the_third(trainer: Trainer) -> list[dict[str, float]]:
        metrics = []
        for epoch in trainer.train(DATA):
            metrics.append(epoch.metrics)
            if epoch.number == 3:
                trainer.network.parameters.weights[0][0, 0] += 1
        return metrics

    alone, trainer = make(), make()
    trainer.train_ahead(DATA)
    assert changed_in_the_third(trainer) == changed_in_the_third(alone)


@pytest.mark.parametrize(("name", "value"), [("epochs", 3), ("optimizer", SGD(0.1)), ("seed", 5)])
def test_another_trainer_trains_anew(name: str, value: Any) -> None:
    alone, trainer = make(), make()
    trainer.train_ahead(DATA)
    for each in (alone, trainer):
        setattr(each, name, value)
    assert trained(trainer) == trained(alone)


def test_other_data_is_trained_on() -> None:
    other = class_data(50, validation=20)
    trainer = make()
    trainer.train_ahead(other)
    assert trained(trainer) == trained(make())


def test_what_diverges_says_so_in_its_epoch() -> None:
    def numbers_until_it_diverges(trainer: Trainer) -> list[int]:
        numbers: list[int] = []
        with pytest.raises(DivergedError, match="at epoch"):
            numbers.extend(epoch.number for epoch in trainer.train(DATA))
        return numbers

    def diverging() -> Trainer:
        network = make_network((3, 5, 2), Linear())
        return Trainer(network, Quadratic(), FullMatrix(), SGD(2.0), epochs=100)

    trainer = diverging()
    trainer.train_ahead(DATA)
    assert numbers_until_it_diverges(trainer) == numbers_until_it_diverges(diverging())


def test_what_there_is_no_room_for_is_trained_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "LARGEST", 3 * ahead.EACH)
    trainer = make(rule := Counting())
    trainer.train_ahead(DATA)
    before = rule.counted[0]
    assert trained(trainer) == trained(make(Counting()))
    assert before < rule.counted[0] == 6 * EPOCHS


def test_one_that_has_a_time_begins_when_it_is_asked_for() -> None:
    trainer = make(rule := Counting(), max_seconds=1e6)
    trainer.train_ahead(DATA)
    assert rule.counted[0] == 0


def test_a_copy_has_nothing_of_it() -> None:
    trainer = make()
    trainer.train_ahead(DATA)
    assert trained(pickle.loads(pickle.dumps(trainer))) == trained(trainer)


class Plugin:
    """Adds a metric, which decides about the training, and looks at steps if it is to."""

    def __init__(self, steps: bool) -> None:
        self.steps = steps
        self.looked = 0

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float]:
        return {"mine": -epoch.number, "first": float(run.network.parameters.vector[0])}

    @hookimpl
    def bpframe_step_observer(self, run: Run) -> Any:
        def look(*arguments: Any) -> None:
            self.looked += 1

        return look if self.steps else None

    @hookimpl
    def bpframe_should_stop(self, run: Run, epoch: Epoch) -> str | None:
        return "enough" if epoch.number == 6 else None


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("rate", [2.0, "auto"])
@pytest.mark.parametrize("metric", ["train/cost", "mine"])
def test_a_run_is_as_if_it_was_trained_then(rate: Any, steps: bool, metric: str) -> None:
    def carried_out(is_ahead: bool) -> tuple[list[Any], Any, bytes, str, int]:
        stopping = EarlyStopping(patience=2, metric=metric)
        plugin = Plugin(steps)
        trainer = make(optimizer=SGD(rate), stopping=stopping)
        run = Run(trainer, DATA, hook=hooks_of(plugin))
        if is_ahead:
            run.train_ahead()
            assert (run.figures, run.epochs, run.stopped) == ({}, [], "")
            assert run.trainer.optimizer == SGD(rate)
        task: Task = run.task
        task.run(run)
        metrics = [epoch.metrics for epoch in run.epochs]
        weights = run.network.parameters.vector.tobytes()
        return metrics, run.figures, weights, run.stopped, plugin.looked

    assert carried_out(True) == carried_out(False)
