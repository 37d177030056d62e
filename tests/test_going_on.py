"""A run that goes on from its checkpoint: the same epochs, figures and bits, or a clear refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import class_data, each

from bpframe import Data, Epoch, Network, Run, Settings, Split, Trainer, hookimpl, hooks_of
from bpframe.core.checkpoint import Checkpoint
from bpframe.errors import CheckpointError
from bpframe.going_on import FREE, checkpoint_of, deciding_options, go_on
from bpframe_activations import Sigmoid
from bpframe_backprop import FeedbackAlignment, FullMatrix
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, Adam
from bpframe_schedules import Cosine
from bpframe_stopping import EarlyStopping

EPOCHS = 5
DATA = class_data(40, validation=9, test=9)
CONFIG = {"seed": 4, "cost": {"name": "quadratic"}, "trainer": {"epochs": EPOCHS}}
RECIPES: dict[str, dict[str, Any]] = {
    "sgd": {},
    "auto": {"optimizer": SGD("auto")},
    "adam, cosine": {"optimizer": Adam(0.02), "schedule": Cosine(warm_up=1.0)},
    "dropout and feedback": {"dropout": 0.4, "backprop": FeedbackAlignment()},
    "the best back": {
        "optimizer": SGD(8.0),
        "stopping": EarlyStopping(
            metric="train/cost", better="higher", patience=50, restore_best=True
        ),
    },
}
every_recipe = pytest.mark.parametrize("recipe", each(RECIPES))
# A cosine of more epochs is another one.
every_steady_recipe = pytest.mark.parametrize(
    "recipe", each({name: recipe for name, recipe in RECIPES.items() if "schedule" not in recipe})
)


class Keeping:
    """Measures each epoch, and keeps the checkpoint behind it in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.early: list[object] = []

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float]:
        self.early.append(checkpoint_of(run) if epoch.number else None)
        return {"norm": float(np.linalg.norm(run.network.parameters.vector))}

    @hookimpl
    def bpframe_should_stop(self, run: Run, epoch: Epoch) -> None:
        self.early.append(checkpoint_of(run))

    @hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        if checkpoint := checkpoint_of(run):
            (self.folder / str(epoch.number)).write_bytes(checkpoint.to_bytes())


def run_of(
    folder: Path,
    *,
    data: Data = DATA,
    config: dict[str, Any] | None = None,
    dropout: float = 0.0,
    backprop: Any = None,
    optimizer: Any = None,
    epochs: int = EPOCHS,
    plugins: list[str] | None = None,
    **more: Any,
) -> Run:
    network = Network((3, 4, 2), Sigmoid(), ScaledNormal(), dropout=dropout, seed=3)
    trainer = Trainer(
        network,
        Quadratic(),
        backprop or FullMatrix(),
        optimizer or SGD(0.5),
        epochs=epochs,
        seed=4,
        **more,
    )
    return Run(
        trainer,
        data,
        config=CONFIG if config is None else config,
        hook=hooks_of(Keeping(folder)),
        plugins=plugins or ["one 1.0", "two 2.0"],
    )


def bits(run: Run) -> bytes:
    return run.network.parameters.vector.tobytes()


def told(run: Run) -> list[Any]:
    return [(epoch.number, epoch.metrics) for epoch in run.epochs]


@every_recipe
def test_a_run_goes_on_from_any_of_its_checkpoints_as_if_nothing_had_been(
    recipe: dict[str, Any], tmp_path: Path
) -> None:
    plain = run_of(tmp_path, **recipe)
    list(plain.train())
    assert [epoch.number for epoch in plain.epochs] == [0, 1, 2, 3, 4, 5]
    files = {int(path.name): path.read_bytes() for path in tmp_path.iterdir()}
    assert {*files} == {1, 2, 3, 4, 5}
    # Of the last one nothing is left but the end of the training.
    for number in (1, 2, 3, 4, 5):
        path = tmp_path / "checkpoint"
        path.write_bytes(files[number])
        run = run_of(tmp_path, **recipe)
        go_on(run, Checkpoint.read(path))
        assert run.trained_epochs == number
        assert told(run) == told(plain)[: number + 1]
        assert [epoch.number for epoch in run.train()] == [*range(number + 1, 6)]
        assert told(run) == told(plain)
        assert bits(run) == bits(plain)
        assert run.figures == plain.figures
        assert run.trainer.optimizer == plain.trainer.optimizer
        assert run.stopped == plain.stopped
        assert run.reported_epoch is not None
        assert plain.reported_epoch is not None
        assert run.reported_epoch.number == plain.reported_epoch.number
        assert not run.notes


@every_steady_recipe
def test_a_finished_run_goes_on_for_more_epochs(recipe: dict[str, Any], tmp_path: Path) -> None:
    short = run_of(tmp_path, **recipe, epochs=3)
    list(short.train())
    run = run_of(tmp_path, **recipe, config=CONFIG | {"trainer": {"epochs": 9}})
    go_on(run, Checkpoint.read(tmp_path / "3"))
    assert [epoch.number for epoch in run.train()] == [4, 5]
    plain = run_of(tmp_path, **recipe)
    list(plain.train())
    assert told(run) == told(plain)
    assert bits(run) == bits(plain)


def test_there_is_no_checkpoint_within_an_epoch_or_of_one_that_the_run_does_not_know(
    tmp_path: Path,
) -> None:
    run = run_of(tmp_path)
    keeping = Keeping(tmp_path)
    run.hook = hooks_of(keeping)
    assert checkpoint_of(run) is None
    for epoch in run.train(measure=lambda: {"early": float(checkpoint_of(run) is None)}):
        assert epoch.metrics["early"] == 1
        checkpoint = checkpoint_of(run)
        assert checkpoint is not None
        assert checkpoint.position.epoch == epoch.number == checkpoint.epochs[-1].number
    assert keeping.early == [None] * (1 + 2 * EPOCHS)


# What is refused, and what may be another.


def checkpoint(tmp_path: Path, **more: Any) -> Checkpoint:
    run = run_of(tmp_path, **more)
    for epoch in run.train():
        if epoch.number == 2:
            break
    return Checkpoint.read(tmp_path / "2")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"seed": 5}, "seed was 4 and is 5"),
        ({"cost": {"name": "other"}}, 'cost.name was "quadratic" and is "other"'),
        ({"cost": {"name": "quadratic", "k": 1}}, "cost.k was not there and is 1"),
        ({"cost": {}}, 'cost.name was "quadratic" and is not there'),
        ({"trainer": {"epochs": 5, "batch_size": 3}}, "trainer.batch_size was not there and is 3"),
        ({"seed": True}, "seed was 4 and is true"),
    ],
)
def test_another_configuration_is_refused_by_its_options(
    config: dict[str, Any], words: str, tmp_path: Path
) -> None:
    run = run_of(tmp_path, config=CONFIG | config)
    before = bits(run)
    with pytest.raises(CheckpointError, match=words):
        go_on(run, checkpoint(tmp_path))
    assert (run.epochs, run.figures, run.trainer.position, bits(run)) == ([], {}, None, before)


def test_what_changes_no_number_may_be_another(tmp_path: Path) -> None:
    config = CONFIG | {
        "name": "other",
        "trainer": {"epochs": 9, "max_seconds": 3.0, "resume": "auto"},
        "tracking": {"name": "none"},
    }
    run = run_of(tmp_path, config=config)
    run.settings = {"tracking": Settings()}
    assert {*deciding_options(run)} == {"seed", "cost.name"}
    go_on(run, checkpoint(tmp_path))
    assert run.trained_epochs == 2
    assert {"trainer.epochs", "name"} < {*FREE}


def test_options_are_compared_as_they_come_back_from_a_file(tmp_path: Path) -> None:
    config = CONFIG | {"path": Path("data"), "sizes": (3, 4), "rate": 0.1, "far": float("inf")}
    go_on(run_of(tmp_path, config=config), checkpoint(tmp_path, config=config))


def test_other_data_is_refused(tmp_path: Path) -> None:
    y = DATA.train.y.copy()
    y[0] = 1 - y[0]
    other = Data("clouds", Split(DATA.train.x, y), DATA.validation, DATA.test, 2)
    with pytest.raises(CheckpointError, match="data 'clouds' is another than when the run began"):
        go_on(run_of(tmp_path, data=other), checkpoint(tmp_path))


def test_other_plugins_are_told(tmp_path: Path) -> None:
    run = run_of(tmp_path, plugins=["two 2.0", "one 1.1"])
    go_on(run, checkpoint(tmp_path))
    (note,) = run.notes
    assert "the run began with other plugins (one 1.0, one 1.1)" in note
    run = run_of(tmp_path, plugins=["two 2.0", "one 1.0"])
    go_on(run, checkpoint(tmp_path))
    assert run.notes == []


@pytest.mark.parametrize("missing", ["options", "data", "plugins", "learning_rate", "figures"])
def test_what_is_none_of_a_run_is_refused(missing: str, tmp_path: Path) -> None:
    whole = checkpoint(tmp_path)
    del whole.more[missing]
    with pytest.raises(CheckpointError, match=f"the checkpoint is none of a run: '{missing}'"):
        go_on(run_of(tmp_path), whole)


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": 3},
        {"options": None},
        {"figures": 3},
        {"figures": {"a": {"wert": 1}}},
        {"figures": {"a": 3}},
        {"plugins": 3},
    ],
)
def test_entries_of_other_kinds_are_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    whole = checkpoint(tmp_path)
    whole.more.update(wrong)
    with pytest.raises(CheckpointError, match="the checkpoint is none of a run"):
        go_on(run_of(tmp_path), whole)


def test_the_checkpoint_of_a_trainer_is_none_of_a_run(tmp_path: Path) -> None:
    trainer = run_of(tmp_path).trainer
    next(trainer.train(DATA))
    trainer.save(tmp_path / "trainer.npz")
    with pytest.raises(CheckpointError, match="the checkpoint is none of a run"):
        go_on(run_of(tmp_path), Checkpoint.read(tmp_path / "trainer.npz"))
