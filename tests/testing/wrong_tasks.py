"""Tasks and settings that are wrong in one way each, and the checks that must notice it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpframe import Component, ReportedFigure, Run, Settings, Task
from bpframe.errors import NotFittingError


@dataclass(frozen=True)
class Right(Task):
    """Trains, reports and saves: nothing is wrong with it."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.report("weights", np.abs(run.network.parameters.vector).sum(), "last epoch")
        run.save("weights.npz", run.network.parameters.to_npz())

    def train(self, run: Run) -> None:
        for _ in run.train():
            pass


@dataclass(frozen=True)
class OnlyLooks(Task):
    """Trains nothing and reports nothing: nothing is wrong with it."""

    trains = False

    def run(self, run: Run) -> None:
        run.notes.append(f"{len(run.data.train)} samples")


@dataclass(frozen=True)
class WantsPictures(Task):
    """Refuses what it cannot work with."""

    def run(self, run: Run) -> None:
        raise NotFittingError("task 'mine' needs pictures of 28 by 28")


@dataclass(frozen=True)
class ReportsNaN(Right):
    """Reports what is no number."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.report("mean", float("nan"), "last epoch")


@dataclass(frozen=True)
class SaysNothingOfTheSelection(Right):
    """Reports a figure that nobody knows the origin of."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.report("samples", len(run.data.train), "")


@dataclass(frozen=True)
class ReportsWords(Right):
    """Puts something else in the place of a figure's number."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.figures["cost"] = ReportedFigure("low", "last epoch")


@dataclass(frozen=True)
class WritesElsewhere(Right):
    """Counts a file of somebody else's as its own."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.artifacts.append(Path(__file__))


@dataclass(frozen=True)
class ForgetsToWrite(Right):
    """Tells of a file that is not there."""

    def run(self, run: Run) -> None:
        self.train(run)
        run.artifacts.append(run.folder / "weights.npz")


@dataclass(frozen=True)
class Normalises(Right):
    """Changes the inputs that every plugin sees."""

    def run(self, run: Run) -> None:
        x = run.data.train.x
        x -= x.mean(axis=0)
        self.train(run)


@dataclass(frozen=True)
class KeepsEpochsToItself(Right):
    """Trains, and tells nobody."""

    def train(self, run: Run) -> None:
        run.trainer.fit(run.data)


@dataclass(frozen=True)
class TellsOfTheLastAlone(Right):
    """Tells of one epoch of two."""

    def train(self, run: Run) -> None:
        run.epochs.append(run.trainer.fit(run.data)[-1])


@dataclass(frozen=True)
class TrainsAllTheSame(Right):
    """Says that it does not train, and does."""

    trains = False


@dataclass(frozen=True)
class DrawsForItself(Right):
    """Starts from weights that no seed gives."""

    def train(self, run: Run) -> None:
        vector = run.network.parameters.vector
        vector[:] = np.random.default_rng().standard_normal(len(vector))
        super().train(run)


@dataclass(frozen=True)
class RightSettings(Settings):
    """Nothing is wrong with them.

    Parameters
    ----------
    every : int
        A number of epochs, 1 or more.
    """

    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every is {self.every}; it must be 1 or more")


@dataclass(frozen=True)
class RefusesItsDefaults(RightSettings):
    """Has a default that it does not allow.

    Parameters
    ----------
    every : int
        A number of epochs, 1 or more.
    """

    every: int = 0


@dataclass(frozen=True)
class RefusesWithoutAWord(RightSettings):
    """Says nothing of what is allowed.

    Parameters
    ----------
    every : int
        A number of epochs, 1 or more.
    """

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError


@dataclass(frozen=True)
class LooksItUp(RightSettings):
    """Meets what it does not know with an error of its own.

    Parameters
    ----------
    every : int
        A number of epochs, 1 or more.
    """

    def __post_init__(self) -> None:
        {1: "always", 2: "now and then"}[self.every]


@dataclass(frozen=True)
class NeverEqual(Settings):
    """Are other ones each time they are made."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


FIGURES = "figures_are_finite_numbers_with_their_selection"
ARTIFACTS = "artifacts_lie_in_the_folder_of_the_run"
EPOCHS = "epochs_are_told_if_it_trains"
RIGHT = [Right(), OnlyLooks(), RightSettings()]
WRONG: list[tuple[Component, set[str]]] = [
    (ReportsNaN(), {FIGURES}),
    (SaysNothingOfTheSelection(), {FIGURES}),
    (ReportsWords(), {FIGURES}),
    (WritesElsewhere(), {ARTIFACTS}),
    (ForgetsToWrite(), {ARTIFACTS}),
    (Normalises(), {"data_stay_as_they_were"}),
    (KeepsEpochsToItself(), {EPOCHS}),
    (TellsOfTheLastAlone(), {EPOCHS}),
    (TrainsAllTheSame(), {EPOCHS}),
    (DrawsForItself(), {"one_seed_gives_one_network"}),
    (RefusesItsDefaults(2), {"defaults_are_allowed"}),
    (RefusesWithoutAWord(), {"refuses_values_with_words"}),
    (LooksItUp(), {"refuses_values_with_words"}),
    (
        NeverEqual(),
        {
            "defaults_are_allowed",
            "equals_what_is_built_alike",
            "survives_pickling_and_copying",
        },
    ),
]
