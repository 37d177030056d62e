"""When a checkpoint is written, and what it holds, whatever ends the training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import PLUGINS, class_data, make_network

from bpframe import Checkpoint, Epoch, Run, Settings, Task, Trainer, go_on, hookimpl, hooks_of
from bpframe.plugins.core_plugin import Core
from bpframe.run import TrainOnly
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_checkpoint.plugin import CheckpointPlugin, EveryEpochs, NoCheckpoint
from bpframe_costs import Quadratic
from bpframe_optimizers import Adam
from bpframe_stopping import EarlyStopping

DATA = class_data(40, validation=9, test=9)
FILE = "checkpoint.npz"


class Files:
    """Notes which epoch the file holds when an epoch has ended, and ends what it is told to."""

    def __init__(self, folder: Path, interrupted: int = -1) -> None:
        self._file, self._interrupted = folder / FILE, interrupted
        self.held: list[int] = []

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> None:
        if epoch.number:
            self.held.append(epoch_in(self._file))
        if epoch.number == self._interrupted:
            raise KeyboardInterrupt

    @hookimpl
    def bpframe_run_end(self, run: Run) -> None:
        self.held.append(epoch_in(self._file))


def epoch_in(file: Path) -> int:
    return Checkpoint.read(file).position.epoch if file.exists() else 0


def run_in(
    folder: Path,
    *plugins: object,
    every: Settings | None = None,
    task: Task | None = None,
    epochs: int = 5,
    **more: Any,
) -> Run:
    network = make_network((3, 4, 2), Sigmoid())
    trainer = Trainer(network, Quadratic(), FullMatrix(), Adam(0.1), epochs=epochs, **more)
    return Run(
        trainer,
        DATA,
        task=task or TrainOnly(),
        folder=folder,
        settings={"checkpoint": every or EveryEpochs()},
        hook=hooks_of(CheckpointPlugin(), *plugins, Core(PLUGINS)),
    )


@pytest.mark.parametrize(
    ("every", "held"), [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 0, 2, 2, 4, 5]), (9, [0, 0, 0, 0, 0, 5])]
)
def test_it_is_written_every_few_epochs_and_at_the_end(
    tmp_path: Path, every: int, held: list[int]
) -> None:
    files = Files(tmp_path)
    run = run_in(tmp_path, files, every=EveryEpochs(every))
    run.hook.bpframe_run(run=run)
    assert files.held == held
    assert not run.artifacts
    assert not run.notes


@pytest.mark.parametrize("every", [1, 3, 100])
def test_an_interruption_within_an_epoch_loses_none_before_it(tmp_path: Path, every: int) -> None:
    whole = run_in(tmp_path)
    whole.hook.bpframe_run(run=whole)
    files = Files(tmp_path, interrupted=3)
    run = run_in(tmp_path, files, every=EveryEpochs(every))
    with pytest.raises(KeyboardInterrupt):
        run.hook.bpframe_run(run=run)
    # It is there before others that see the end of the run take their time.
    assert files.held[-1] == 2
    (note,) = run.notes
    assert note.startswith("to go on: ")
    again = run_in(tmp_path)
    go_on(again, Checkpoint.read(tmp_path / FILE))
    again.hook.bpframe_run(run=again)
    assert [epoch.number for epoch in again.epochs] == [1, 2, 3, 4, 5]
    assert [epoch.metrics for epoch in again.epochs] == [epoch.metrics for epoch in whole.epochs]
    np.testing.assert_array_equal(
        again.network.parameters.vector, whole.network.parameters.vector, strict=True
    )


def test_what_is_put_back_at_the_end_is_not_where_it_stands(tmp_path: Path) -> None:
    stopping = EarlyStopping(metric="train/cost", better="higher", patience=3, restore_best=True)
    run = run_in(tmp_path, stopping=stopping)
    run.hook.bpframe_run(run=run)
    held = Checkpoint.read(tmp_path / FILE).position
    assert (held.epoch, bool(held.ended)) == (4, True)
    assert run.reported_epoch
    assert run.reported_epoch.number == 1
    assert not np.array_equal(held.arrays["parameters"], run.network.parameters.vector)


def test_a_training_that_ran_out_of_time_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So deep that the way up from here is longer than any absolute path.
    deep = tmp_path.joinpath(*["deep"] * len(str(tmp_path)))
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    run = run_in(tmp_path, max_seconds=1e-9)
    run.hook.bpframe_run(run=run)
    assert run.is_out_of_time
    assert epoch_in(tmp_path / FILE) == 1
    (note,) = run.notes
    assert f"trainer.resume={tmp_path}" in note


class NoTraining(Task):
    trains = False

    def run(self, run: Run) -> None:
        pass


@pytest.mark.parametrize(
    "more", [{"task": NoTraining()}, {"every": NoCheckpoint()}, {"epochs": 0}], ids=repr
)
def test_nothing_is_written_where_nothing_goes_on(tmp_path: Path, more: dict[str, Any]) -> None:
    run = run_in(tmp_path, **more)
    run.hook.bpframe_run(run=run)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("epochs", [0, -1])
def test_after_how_many_epochs_must_be_a_number_of_them(epochs: int) -> None:
    with pytest.raises(ValueError, match=f"epochs is {epochs}; it must be 1 or more"):
        EveryEpochs(epochs)
