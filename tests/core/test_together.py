"""Several trainings at a time: each as by itself, and none that ends another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network
from threadpoolctl import threadpool_info

from bpframe import (
    Backprop,
    Batch,
    Data,
    Epoch,
    GradientFunction,
    Objective,
    Parameters,
    Trainer,
    train_together,
)
from bpframe.errors import DivergedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FeedbackAlignment, FullMatrix
from bpframe_costs import Quadratic
from bpframe_fused import Fused
from bpframe_optimizers import SGD, Adam
from bpframe_schedules import Cosine
from bpframe_stopping import EarlyStopping


@dataclass(frozen=True)
class SideBySide(FullMatrix):
    """A rule that goes into threads."""

    side_by_side = True


@dataclass(frozen=True)
class AlignedSideBySide(FeedbackAlignment):
    """Another one, which draws and remembers matrices."""

    side_by_side = True


DATA = class_data(60, validation=20)
FOREVER = 10**9
OPTIONS: list[dict[str, Any]] = [
    {},
    {"rule": FullMatrix()},
    {"rule": AlignedSideBySide(), "dropout": 0.3},
    {"optimizer": Adam(0.01), "schedule": Cosine(), "batch_size": 7},
    {"stopping": EarlyStopping(patience=1, restore_best=True), "epochs": 20},
]


def make(seed: int, *, rule: Backprop | None = None, **more: Any) -> Trainer:
    network = make_network(
        (3, 5, 2), Sigmoid(), seed=seed, dropout=more.pop("dropout", 0.0), dtype=np.float32
    )
    optimizer = more.pop("optimizer", SGD(2.0))
    options = {"epochs": 4, "batch_size": 10} | more
    return Trainer(network, Quadratic(), rule or SideBySide(), optimizer, seed=seed, **options)


def diverging() -> Trainer:
    network = make_network((3, 5, 2), Linear(), dtype=np.float32)
    return Trainer(network, Quadratic(), FullMatrix(), SGD(1e6), epochs=20)


def of(epochs: list[Epoch]) -> list[dict[str, float]]:
    return [epoch.metrics for epoch in epochs]


def weights(trainer: Trainer) -> bytes:
    return trainer.network.parameters.vector.tobytes()


@contextmanager
def no_thread_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("options", OPTIONS)
def test_each_gives_what_it_gives_by_itself(options: dict[str, Any]) -> None:
    alone, together = ([make(seed, **options) for seed in range(5)] for _ in range(2))
    expected = [of(trainer.fit(DATA)) for trainer in alone]
    with no_thread_left():
        results = train_together(together, DATA, threads=3)
    assert [trained.trainer for trained in results] == together
    assert [of(trained.epochs) for trained in results] == expected
    assert [trained.error for trained in results] == [None] * 5
    assert [*map(weights, together)] == [*map(weights, alone)]


def test_a_compiled_rule_gives_what_it_gives_by_itself() -> None:
    alone, together = ([make(seed, rule=Fused()) for seed in range(4)] for _ in range(2))
    expected = [of(trainer.fit(DATA)) for trainer in alone]
    assert [of(trained.epochs) for trained in train_together(together, DATA)] == expected
    assert [*map(weights, together)] == [*map(weights, alone)]


def test_each_may_have_data_of_its_own() -> None:
    other = class_data(30, validation=20)
    results = train_together([make(0), make(0)], [DATA, other])
    expected = [of(make(0).fit(data)) for data in (DATA, other)]
    assert [of(trained.epochs) for trained in results] == expected


def test_each_can_go_on() -> None:
    together, alone = make(1), make(1, epochs=6)
    train_together([together], DATA)
    together.epochs = 6
    (rest,) = train_together([together], DATA)
    assert of(rest.epochs) == of(alone.fit(DATA))[4:]
    assert weights(together) == weights(alone)


def test_one_that_diverges_ends_no_other() -> None:
    trainers = [make(0, rule=FullMatrix()), diverging(), make(1, rule=FullMatrix())]
    first, wrong, last = train_together(trainers, DATA)
    assert wrong.trainer is trainers[1]
    assert isinstance(wrong.error, DivergedError)
    with pytest.raises(DivergedError, match=str(wrong.error)[:20]):
        diverging().fit(DATA)
    assert [len(first.epochs), len(last.epochs)] == [4, 4]
    assert (first.error, last.error) == (None, None)


def test_what_watches_is_called_here_with_each_epoch() -> None:
    seen: list[tuple[Trainer, int]] = []

    def watch(trainer: Trainer, epoch: Epoch) -> None:
        assert threading.current_thread() is threading.main_thread()
        seen.append((trainer, epoch.number))

    trainers = [make(0), make(1)]
    train_together(trainers, DATA, watch=watch)
    for trainer in trainers:
        assert [number for other, number in seen if other is trainer] == [1, 2, 3, 4]


@dataclass(frozen=True)
class Endless(Backprop):
    """A rule whose first gradient takes for ever."""

    side_by_side = True

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        def gradient(batch: Batch, out: Parameters) -> None:
            while True:
                pass

        return gradient


@dataclass(frozen=True)
class Leaving(Backprop):
    """A rule that would end the process."""

    error: type[BaseException] = SystemExit

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        def gradient(batch: Batch, out: Parameters) -> None:
            raise self.error

        return gradient


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_would_end_the_process_ends_its_training_alone(error: type[BaseException]) -> None:
    trainers = [make(0, rule=Leaving(error)), make(1, rule=FullMatrix())]
    wrong, right = train_together(trainers, DATA)
    assert isinstance(wrong.error, error)
    assert (right.error, len(right.epochs)) == (None, 4)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_ends_all_also_within_an_epoch(error: type[BaseException]) -> None:
    def watch(trainer: Trainer, epoch: Epoch) -> None:
        if epoch.number == 3:
            raise error

    trainers = [make(0, rule=Endless()), make(1, epochs=FOREVER), make(2)]
    with no_thread_left(), pytest.raises(error):
        train_together(trainers, DATA, threads=2, watch=watch)
    # What had not begun has not begun.
    assert weights(trainers[2]) == weights(make(2))
    assert trainers[2].position is None


def test_blas_has_its_threads_afterwards() -> None:
    def threads() -> list[int]:
        return [library["num_threads"] for library in threadpool_info()]

    before = threads()
    train_together([make(seed) for seed in range(3)], DATA, threads=3)
    assert threads() == before


def test_numpys_way_to_treat_overflows_is_the_callers() -> None:
    @dataclass(frozen=True)
    class Asking(SideBySide):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            assert np.geterr()["divide"] == "raise"
            return super().bind(objective, rng)

    with np.errstate(divide="raise"):
        (trained,) = train_together([make(0, rule=Asking())], DATA)
    assert trained.error is None


@pytest.mark.parametrize(
    ("trainers", "data", "message"),
    [
        ([make(0)], [DATA, DATA], "1 trainers, but data for 2"),
        ([make(0)] * 2, DATA, "one network"),
    ],
)
def test_what_cannot_be_is_refused(trainers: list[Trainer], data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        train_together(trainers, data)
    with pytest.raises(ValueError, match="threads is 0"):
        train_together([make(0)], DATA, threads=0)


def test_none_is_none() -> None:
    assert train_together([], DATA) == []


def test_wrong_data_is_the_error_of_its_trainer() -> None:
    three = Data("three", DATA.train, replace(DATA.validation), DATA.test, classes=3)
    right, wrong = train_together([make(0), make(1)], [DATA, three])
    assert right.error is None
    assert isinstance(wrong.error, ValueError)
