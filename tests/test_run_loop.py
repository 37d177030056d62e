"""A run of one's own, and its loop: what is kept of an epoch, and who is told of it when."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import Data, Epoch, Run, Trainer, hookimpl, hooks_of
from bpframe.errors import DivergedError, PluginFailedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD

DATA = class_data(40, validation=9, test=9)


def run_of(*plugins: object, rate: float | str = 0.1, data: Data = DATA, **training: Any) -> Run:
    network = make_network((3, 4, 2), Sigmoid())
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(rate), **training)
    return Run(trainer, data, hook=hooks_of(*plugins))


class Watcher:
    """Adds a metric to each epoch, and notes what it is told and when."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.vectors: list[bytes] = []

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float]:
        self.told.append(f"measures {epoch.number}")
        self.vectors.append(run.network.parameters.vector.tobytes())
        return {"watched": float(len(epoch.metrics))}

    @hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        assert run.epochs[-1] is epoch
        self.told.append(f"sees {epoch.number}")


def test_a_trainer_and_data_are_enough_and_no_plugin_takes_part(tmp_path: Path) -> None:
    run = Run(run_of().trainer, DATA)
    run.trainer.epochs = 2
    run.task.run(run)
    assert [epoch.number for epoch in run.epochs] == [1, 2]
    assert (run.folder, run.figures, run.artifacts) == (Path(), {}, [])
    other = Run(run.trainer, DATA, folder=tmp_path)
    other.save("note.txt", b"kept")
    assert (tmp_path / "note.txt").read_bytes() == b"kept"
    assert not run.artifacts
    assert other.artifacts == [tmp_path / "note.txt"]
    with pytest.raises(AttributeError):
        _ = run.hook.other
    assert [*map(len, (copy.deepcopy(run).epochs, run.epochs))] == [2, 2]


def test_the_body_of_the_loop_gets_an_epoch_when_every_plugin_has_seen_it() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=2)
    for epoch in run.train():
        watcher.told.append(f"body {epoch.number}")
        assert epoch is run.epochs[-1]
        assert epoch.metrics["watched"] == 5
    assert watcher.told == [
        *("measures 0", "sees 0"),
        *("measures 1", "sees 1", "body 1"),
        *("measures 2", "sees 2", "body 2"),
    ]


def test_what_the_body_does_to_the_network_is_not_taken_for_the_epochs() -> None:
    watcher, plain = Watcher(), Watcher()
    for epoch in run_of(plain, epochs=1).train():
        assert epoch.number == 1
    run = run_of(watcher, epochs=1)
    for _ in run.train():
        run.network.parameters.vector[:] = 0
    assert watcher.vectors == plain.vectors


def test_leaving_the_loop_keeps_the_epoch_and_trains_no_further() -> None:
    watcher = Watcher()
    run, short = run_of(watcher, epochs=9), run_of(epochs=2)
    for epoch in run.train():
        if epoch.number == 2:
            break
    assert [*short.train()]
    assert [epoch.number for epoch in run.epochs] == [0, 1, 2]
    assert watcher.told[-1] == "sees 2"
    assert vector(run) == vector(short)


def test_an_error_in_the_body_keeps_the_epoch() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=9)

    def fail() -> None:
        for _ in run.train():
            raise RuntimeError("as planned")

    with pytest.raises(RuntimeError, match="as planned"):
        fail()
    assert [epoch.number for epoch in run.epochs] == [0, 1]
    assert watcher.told[-1] == "sees 1"


def test_a_training_that_diverges_keeps_the_epochs_before() -> None:
    def with_a_huge_weight() -> Iterator[Epoch]:
        for epoch in run.train():
            run.network.parameters.vector[:] = 1e30
            yield epoch

    run = run_of(epochs=9)
    run.trainer = Trainer(
        make_network((3, 2), Linear(), dtype=np.float32), Quadratic(), FullMatrix(), SGD(0.01)
    )
    with pytest.raises(DivergedError, match="epoch 2, step"):
        list(with_a_huge_weight())
    assert [epoch.number for epoch in run.epochs] == [1]


def test_further_metrics_are_those_of_the_epoch_and_plugins_find_them() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=3)
    numbers = iter(range(10))
    epochs = [*run.train(measure=lambda: {"own": float(next(numbers))})]
    assert [epoch.metrics["own"] for epoch in epochs] == [0, 1, 2]
    assert [epoch.metrics["watched"] for epoch in run.epochs] == [0, 6, 6, 6]
    assert "own" not in run.epochs[0].metrics
    assert epochs == run.epochs[1:]


def test_measuring_changes_no_bit_of_the_training() -> None:
    run, plain = run_of(Watcher(), epochs=3), run_of(epochs=3)
    assert len([*run.train(measure=lambda: run.trainer.evaluate(DATA, DATA.test))]) == 3
    plain.trainer.fit(DATA)
    assert vector(run) == vector(plain)


def test_without_epochs_the_untrained_network_is_recorded_and_a_rate_is_measured() -> None:
    run = run_of(Watcher(), rate="auto", epochs=0)
    before = vector(run)
    assert not [*run.train()]
    assert [epoch.number for epoch in run.epochs] == [0]
    assert run.trainer.optimizer == SGD(run.figures["learning_rate"].value)
    assert vector(run) == before


def test_a_rate_is_measured_once_and_one_that_is_given_is_not() -> None:
    run = run_of(rate="auto", epochs=1)
    run.measure_learning_rate()
    measured = run.trainer.optimizer
    assert [*run.train()]
    assert run.trainer.optimizer is measured
    given = run_of(rate=0.25, epochs=1)
    assert [*given.train()]
    assert (given.trainer.optimizer, given.figures) == (SGD(0.25), {})


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_run_trains_once(epochs: int) -> None:
    run = run_of(epochs=2)
    for _, _ in zip(range(epochs), run.train(), strict=False):
        pass
    before = vector(run)
    with pytest.raises(PluginFailedError, match="a second time"):
        next(run.train())
    assert (len(run.epochs), vector(run)) == (epochs, before)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({"train/cost": 0.0}, "'train/cost' is there already"),
        ({"a b": 0.0}, "name of letters, digits"),
        ({3: 0.0}, "name of letters, digits"),
        ({"mine": "low"}, "could not convert"),
    ],
)
def test_what_is_measured_takes_no_other_metric_s_place(measured: Any, words: str) -> None:
    run = run_of(epochs=1)
    with pytest.raises(ValueError, match=words):
        next(run.train(measure=lambda: measured))
    assert run.epochs == []


def vector(run: Run) -> bytes:
    return run.network.parameters.vector.tobytes()
