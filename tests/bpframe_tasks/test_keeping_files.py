"""What a training has given so far stands in files before its end; no file loses the other."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from bpframe import Network, Run, Trainer, stream
from bpframe.errors import WriteError
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_data import Xor
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD
from bpframe_tasks import Train, keeping


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(keeping, "SECONDS", 0.0)
    network = Network([2, 3, 2], Sigmoid(), ScaledNormal())
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(1.0), epochs=3)
    return Run(trainer, Xor().load(stream(0, "split")), task=Train(), folder=tmp_path)


def test_after_each_epoch_both_files_are_those_of_it(run: Run) -> None:
    keeper = keeping.Keeper(run)
    for number, _ in enumerate(run.train(), 1):
        keeper.epoch_end()
        with (run.folder / "epochs.csv").open() as lines:
            assert [int(row["epoch"]) for row in csv.DictReader(lines)] == [*range(1, number + 1)]
        with np.load(run.folder / "weights.npz") as weights:
            assert np.array_equal(weights["w2"], run.network.parameters.weights[0])
    assert [path.name for path in run.artifacts] == ["weights.npz", "epochs.csv", "model.json"]


def test_nothing_is_written_before_it_is_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SECONDS", 1e9)
    keeper = keeping.Keeper(run)
    for _ in run.train():
        keeper.epoch_end()
        assert not list(run.folder.iterdir())


def test_a_table_that_cannot_be_written_loses_no_weights(run: Run) -> None:
    (run.folder / "epochs.csv").mkdir()
    with pytest.raises(WriteError, match=r"epochs\.csv"):
        run.task.run(run)
    assert (run.folder / "weights.npz").exists()
    # Each epoch has tried it, and one line says so.
    assert len(run.warnings) == 1
    assert len(run.epochs) == 3
