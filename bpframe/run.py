"""One run: what was composed for it, and what it gave."""

from __future__ import annotations

import dataclasses
import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from bpframe.core.backprop import Backprop
from bpframe.core.components import Component
from bpframe.core.data import Data
from bpframe.core.learning_rate import find_learning_rate, measures_learning_rate
from bpframe.core.network import Network
from bpframe.core.streams import stream
from bpframe.core.trainer import Epoch, Trainer
from bpframe.files import write_whole
from bpframe.observers import collect, observe


@dataclass(frozen=True)
class ReportedFigure:
    """A reported number and how it was selected.

    Attributes
    ----------
    value : float
        The number.
    selected : str
        Such as ``last epoch`` or ``epoch 7, best on validation``.
    """

    value: float
    selected: str


@dataclass(frozen=True)
class Task(Component):
    """What a run does, such as training a network.

    ``trains`` says whether it goes through the trainer's epochs, so that their progress is shown.
    ``skips_misfits`` says whether in a sweep parts that do not fit each other are passed over:
    as an answer, and not as a failure.
    """

    kind: ClassVar[str] = "task"
    trains: ClassVar[bool] = True
    skips_misfits: ClassVar[bool] = False

    @abstractmethod
    def run(self, run: Run) -> None:
        """Do the work; epochs, figures, artifacts and notes go into `run`.

        A task that trains calls ``run.record_untrained()`` before, and ``run.epoch_end(epoch)``
        after each epoch: that is where plugins look.
        """


@dataclass(frozen=True)
class Settings(Component):
    """The settings of a life-cycle plugin: one option of a section such as ``tracking``."""

    kind: ClassVar[str] = "settings"


@dataclass
class Run:
    """A run, as the tasks and the life-cycle plugins see it.

    Attributes
    ----------
    name : str
        For people.
    config : dict
        The resolved configuration, plain values.
    overrides : list of str
        What was asked for on the command line.
    folder : pathlib.Path
        Where its files go.
    cwd : pathlib.Path
        The folder that the command was started in.
    sweep : str or None
        The folder of the sweep that it belongs to.
    data : Data
        The samples.
    trainer : Trainer
        The network, the cost and what trains them.
    learning_rate_backprop : Backprop or None
        The rule that stands in for any exact one while a learning rate is measured.
    task : Task
        What the run does.
    settings : dict of Settings
        Of each section, such as ``settings["tracking"]``.
    plugins : list of str
        The loaded plugins with their distributions.
    hook
        The hooks of all plugins.
    names : dict
        What the registered classes of components are called on the command line.
    epochs : list of Epoch
        What the training gave so far. The first may be epoch 0, see `record_untrained`.
    figures : dict of ReportedFigure
        The results.
    artifacts : list of pathlib.Path
        Files in `folder` that a tracker keeps.
    notes : list
        What is to be printed at the end of the run: lines, or anything that rich can print.
    warnings : list of str
        What tells that the run cannot work or did not, a line each with what mends it. They are
        printed, in a sweep too, and stand in the outcome.
    """

    name: str
    config: dict[str, Any]
    overrides: list[str]
    folder: Path
    cwd: Path
    sweep: str | None
    data: Data
    trainer: Trainer
    learning_rate_backprop: Backprop | None
    task: Task
    settings: Mapping[str, Settings]
    plugins: list[str]
    hook: Any
    names: Mapping[type[Component], str] = field(default_factory=dict)
    epochs: list[Epoch] = field(default_factory=list)
    figures: dict[str, ReportedFigure] = field(default_factory=dict)
    artifacts: list[Path] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """The seed that every random stream comes from."""
        return self.trainer.seed

    @property
    def network(self) -> Network:
        """The network that is trained."""
        return self.trainer.network

    @property
    def trained_epochs(self) -> int:
        """How many epochs have been trained: epoch 0 is none."""
        return self.epochs[-1].number if self.epochs else 0

    def stream(self, name: str) -> np.random.Generator:
        """Return the random stream of a name, see `bpframe.core.streams.stream`."""
        return stream(self.seed, name)

    @property
    def measures_learning_rate(self) -> bool:
        """Whether the learning rate is ``auto``, still to be measured."""
        return measures_learning_rate(self.trainer.optimizer)

    @property
    def learning_rate_rule(self) -> Backprop:
        """The rule that a learning rate is measured with."""
        rule = self.trainer.backprop
        return (rule.exact and self.learning_rate_backprop) or rule

    def measure_learning_rate(self) -> None:
        """Replace a learning rate that is ``auto`` by a measured one, and report it."""
        trainer = self.trainer
        if not self.measures_learning_rate:
            return
        rate = find_learning_rate(
            trainer.objective,
            self.learning_rate_rule,
            trainer.optimizer,
            self.data,
            regularizer=trainer.regularizer,
            batch_size=trainer.batch_size,
            seed=self.seed,
        )
        change: dict[str, Any] = {"learning_rate": rate}
        trainer.optimizer = dataclasses.replace(trainer.optimizer, **change)
        self.report("learning_rate", rate, "measured on a grid, halved")

    def report(self, name: str, value: float, selected: str) -> None:
        """Add a result and how it was selected."""
        self.figures[name] = ReportedFigure(float(value), selected)

    def record_untrained(self) -> None:
        """Add the untrained network as epoch 0, if some plugin has metrics of it."""
        untrained = Epoch(0, {}, 0.0)
        if added := collect(self.hook.bpframe_epoch_metrics, {}, run=self, epoch=untrained):
            own = self.trainer.metrics(self.data)
            finite = {name: value for name, value in own.items() if math.isfinite(value)}
            self._add(dataclasses.replace(untrained, metrics=added | finite))

    def epoch_end(self, epoch: Epoch) -> None:
        """Add an epoch with what plugins measure of it, and let every plugin see it."""
        hook = self.hook.bpframe_epoch_metrics
        if added := collect(hook, epoch.metrics, run=self, epoch=epoch):
            epoch = dataclasses.replace(epoch, metrics=epoch.metrics | added)
        self._add(epoch)

    def _add(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)
        observe(self.hook.bpframe_epoch_end, run=self, epoch=epoch)

    def save(self, name: str, content: bytes) -> None:
        """Write a file into the run's folder, whole or not at all, and keep it as an artifact.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        path = self.folder / name
        write_whole(path, content)
        self.artifacts.append(path)
