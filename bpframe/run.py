"""One run: what was composed for it, its loop, and what it gave."""

from __future__ import annotations

import dataclasses
import math
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from bpframe import behind
from bpframe.core.component import Component
from bpframe.core.data import SPLITS, Batch, Data
from bpframe.core.epoch import Epoch
from bpframe.core.learning_rate import (
    find_learning_rate,
    measures_learning_rate,
    with_learning_rate,
)
from bpframe.core.network import Network
from bpframe.core.parameters import Parameters
from bpframe.core.position import is_out_of_time
from bpframe.core.streams import stream
from bpframe.core.trainer import Trainer
from bpframe.core.training import StepObserver
from bpframe.errors import ConfigError, PluginFailedError, did_you_mean
from bpframe.files import save
from bpframe.observers import NoHooks, checked_metrics, collect, first_reason, gather, observe


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
    """The work of a run, such as training a network.

    ``trains`` says whether it goes through the trainer's epochs, so that their progress is shown.
    ``skips_misfits`` says whether in a sweep parts that do not fit each other are passed over:
    as an answer, and not as a failure.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from bpframe import Task
    >>> @dataclass(frozen=True)
    ... class UntilGoodEnough(Task):
    ...     cost: float = 0.1
    ...
    ...     def run(self, run):
    ...         for epoch in run.train():
    ...             if epoch.metrics["train/cost"] < self.cost:
    ...                 run.report("epochs", epoch.number, "the first with such a cost")
    ...                 break
    >>> UntilGoodEnough(0.05)
    UntilGoodEnough(cost=0.05)
    """

    kind: ClassVar[str] = "task"
    trains: ClassVar[bool] = True
    skips_misfits: ClassVar[bool] = False

    @abstractmethod
    def run(self, run: Run) -> None:
        """Do the work; epochs, figures, artifacts and notes go into `run`.

        A task that trains goes through ``run.train()``, which lets plugins look at each epoch.

        Raises
        ------
        bpframe.errors.BpframeError
            If there is something to say to the person who asked for the run; the exit code is the
            error's.
        """


@dataclass(frozen=True)
class TrainOnly(Task):
    """Train for all epochs, and report nothing: the task of a run that names none."""

    def run(self, run: Run) -> None:
        """Go through all epochs."""
        for _ in run.train():
            pass


@dataclass(frozen=True)
class Settings(Component):
    """The settings of a life-cycle plugin: one choice of a section such as ``tracking``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from bpframe import Settings
    >>> @dataclass(frozen=True)
    ... class Diary(Settings):
    ...     file: str = "diary.txt"
    >>> Diary("log.txt").file
    'log.txt'
    """

    kind: ClassVar[str] = "settings"


@dataclass
class Run:
    """A run, as the tasks and the life-cycle plugins see it.

    A run of one's own needs a trainer and data, and no plugin takes part in it unless `hook` is
    given: ``Run(trainer, data, hook=hooks_of(plugin))``.

    Attributes
    ----------
    trainer : Trainer
        The network, the cost and what trains them.
    data : Data
        The samples.
    task : Task
        What the run does.
    name : str
        For people.
    label : str
        What tells it from the others of its sweep; empty outside of one.
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
    settings : dict of Settings
        Of each section, such as ``settings["tracking"]``.
    plugins : list of str
        The loaded plugins with their distributions.
    hook
        The hooks of all plugins, see `bpframe.hooks_of`.
    names : dict
        What the registered classes of components are called on the command line.
    epochs : list of Epoch
        What the training gave so far. The first may be epoch 0, see `train`.
    figures : dict of ReportedFigure
        What it reports.
    artifacts : list of pathlib.Path
        Files in `folder` that a tracker keeps.
    notes : list
        What is to be printed at the end of the run: lines, or anything that rich can print.
    warnings : list of str
        What tells that the run cannot work or did not, a line each with what mends it. They are
        printed, in a sweep too, and stand in the outcome.
    remark : str
        What the rule leaves to the trainer or to another rule, and why; nothing if all is its own.
    leaves_work : bool
        Whether files may be made behind the prompt, see `save_later`.

    Examples
    --------
    >>> import numpy as np
    >>> from bpframe import Data, Network, Run, Split, Trainer
    >>> from bpframe_activations import Sigmoid
    >>> from bpframe_backprop import FullMatrix
    >>> from bpframe_costs import Quadratic
    >>> from bpframe_initializers import ScaledNormal
    >>> from bpframe_optimizers import SGD
    >>> x = np.linspace(-1, 1, 20)[:, np.newaxis]
    >>> split = Split(x, (x[:, 0] > 0).astype(int))
    >>> data = Data("line", split, split, split, classes=2)
    >>> network = Network([1, 2], Sigmoid(), ScaledNormal())
    >>> run = Run(Trainer(network, Quadratic(), FullMatrix(), SGD(3.0)), data)
    >>> for epoch in run.train():
    ...     if epoch.metrics["validation/accuracy"] == 1:
    ...         break
    >>> len(run.epochs) == epoch.number
    True
    """

    trainer: Trainer
    data: Data
    task: Task = field(default_factory=TrainOnly)
    name: str = "run"
    label: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)
    folder: Path = Path()
    cwd: Path = Path()
    sweep: str | None = None
    settings: Mapping[str, Settings] = field(default_factory=dict)
    plugins: list[str] = field(default_factory=list)
    hook: Any = field(default_factory=NoHooks)
    names: Mapping[type[Component], str] = field(default_factory=dict)
    epochs: list[Epoch] = field(default_factory=list)
    figures: dict[str, ReportedFigure] = field(default_factory=dict)
    artifacts: list[Path] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    remark: str = ""
    leaves_work: bool = False
    _began: bool = field(default=False, init=False, repr=False)
    _rate_ahead: float | None = field(default=None, init=False, repr=False)

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
        """The number of epochs that have been trained: epoch 0 is none."""
        return self.epochs[-1].number if self.epochs else 0

    @property
    def stopped(self) -> str:
        """Why the training has ended before its last epoch; nothing if it has not."""
        training = self.trainer.training
        return training.ended if training else ""

    @property
    def is_out_of_time(self) -> bool:
        """Whether its training has ended because ``trainer.max_seconds`` had passed."""
        return is_out_of_time(self.stopped)

    @property
    def reported_epoch(self) -> Epoch | None:
        """The epoch whose weights the network has: the last, unless those of another are back."""
        training = self.trainer.training
        number = training.restored if training else None
        chosen = (epoch for epoch in self.epochs if epoch.number == number)
        return next(chosen, self.epochs[-1] if self.epochs else None)

    def stream(self, name: str) -> np.random.Generator:
        """Return the random stream of a name, see `bpframe.core.streams.stream`."""
        return stream(self.seed, name)

    def train(self, measure: Callable[[], Mapping[str, float]] | None = None) -> Iterator[Epoch]:
        """Train the network, and yield each epoch when every plugin has seen it.

        Before the first step the untrained network becomes epoch 0 of `epochs`, if some plugin has
        metrics of it, and a learning rate that is ``auto`` is measured. After each epoch plugins
        add their metrics, and may end the training; then it joins `epochs`, observers are told of
        it, and it is yielded. So leaving the loop, by ``break`` or by an error, loses nothing of
        it, and what the body of the loop does to the network, no plugin takes for the epoch's.
        Where the stopping wants the parameters of an earlier epoch back, they are put back when the
        loop has ended behind the last epoch, also by ``break``.

        Parameters
        ----------
        measure : callable, optional
            Called without arguments after each epoch: it returns further metrics of the epoch, such
            as those of the test set, which plugins find there already. Their names are as those of
            `bpframe_epoch_metrics`, and none is there already.

        Yields
        ------
        Epoch
            Those that have been trained, from 1, with all of their metrics.

        Raises
        ------
        ValueError
            If the data does not fit the network, or its targets not the cost; if a schedule is
            longer than the training; or if a name or a value of `measure` is not allowed.
        ConfigError
            If a metric that something depends on is not there.
        DivergedError
            If the cost is not finite any more; `epochs` holds the epochs before.
        PluginFailedError
            If the run has trained already: its epochs are those of one training.
        """
        if self._began:
            raise PluginFailedError(
                "run.train() is gone through for a second time, and the epochs of a run are those "
                "of one training; another one goes through run.trainer.train(run.data), which "
                "tells nobody of its epochs, or is a run of its own"
            )
        self._began = True
        # A run that goes on has its first epochs, and a rate, from its checkpoint.
        goes_on = bool(self.epochs)
        if not goes_on:
            self._record_untrained()
            self.measure_learning_rate()
        self._check_metrics()
        observer = self._step_observer()
        training = self.trainer.take_up(self.data, observer, finished=goes_on)
        self.remark = training.remark
        try:
            while training.goes_on:
                epoch = self.trainer.next_epoch(training)
                measured = checked_metrics(measure(), epoch.metrics) if measure else {}
                epoch = _with_metrics(epoch, measured)
                epoch = _with_metrics(epoch, self._added(epoch))
                training.look(epoch)
                training.end(first_reason(self.hook.bpframe_should_stop, run=self, epoch=epoch))
                yield self._record(epoch)
        finally:
            self.trainer.finish(training)

    def measure_learning_rate(self) -> None:
        """Replace a learning rate that is ``auto`` by a measured one, and report it.

        `train` does so itself; it is for a task that takes steps of its own.
        """
        trainer = self.trainer
        if not measures_learning_rate(trainer.optimizer):
            return
        rate = self._rate_ahead or find_learning_rate(trainer, self.data)
        trainer.optimizer = with_learning_rate(trainer.optimizer, rate)
        self.report("learning_rate", rate, "measured on a grid, halved")

    def train_ahead(self) -> None:
        """Train what `train` is going to yield, in another thread, before the run has its turn.

        Nobody is told of it, and the run stands as before. What `train` finds then it yields with
        the same bits as if it had trained itself; what it does not find it trains.

        Raises
        ------
        ValueError, DivergedError, ConfigError
            As from `train`, which raises them again.
        """
        trainer, optimizer = self.trainer, self.trainer.optimizer
        try:
            if measures_learning_rate(optimizer):
                rate = find_learning_rate(trainer, self.data)
                trainer.optimizer = with_learning_rate(optimizer, rate)
                self._rate_ahead = rate
            trainer.train_ahead(self.data)
        finally:
            trainer.optimizer = optimizer

    def report(self, name: str, value: float, selected: str) -> None:
        """Add a figure and how it was selected."""
        self.figures[name] = ReportedFigure(float(value), selected)

    def _record_untrained(self) -> None:
        untrained = Epoch(0, {}, 0.0)
        if added := self._added(untrained):
            own = self.trainer.metrics(self.data)
            finite = {name: value for name, value in own.items() if math.isfinite(value)}
            self._record(dataclasses.replace(untrained, metrics=added | finite))

    def _added(self, epoch: Epoch) -> dict[str, float]:
        """Return the metrics that plugins add to an epoch."""
        hook = self.hook.bpframe_epoch_metrics
        return collect(hook, epoch.metrics, run=self, epoch=epoch)

    def _check_metrics(self) -> None:
        """Raise a ConfigError for a metric of a split that no epoch is going to have."""
        known = self.trainer.metric_names(self.data)
        # A plugin shows its metrics of the untrained network, too.
        known += [n for epoch in self.epochs for n in epoch.metrics if n not in known]
        for option, name in self.trainer.asked_for_metrics().items():
            if name.partition("/")[0] in SPLITS and name not in known:
                raise ConfigError(
                    f"{option} is '{name}', and there is no such metric; known are "
                    f"{', '.join(known)}.{did_you_mean(name, known)}"
                )

    def _step_observer(self) -> StepObserver | None:
        """Return what tells plugins of each step, if there are any that want to know."""
        observers = gather(self.hook.bpframe_step_observer, run=self)
        if not observers:
            return None

        def tell(epoch: int, step: int, batch: Batch, gradient: Parameters) -> None:
            for observer in observers:
                observer(epoch, step, batch, gradient)

        return tell

    def _record(self, epoch: Epoch) -> Epoch:
        self.epochs.append(epoch)
        observe(self.hook.bpframe_epoch_end, run=self, epoch=epoch)
        return epoch

    def save(self, name: str, content: bytes) -> None:
        """Write a file into the run's folder, whole or not at all, and keep it as an artifact.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        save(self.folder, name, content, self.artifacts)

    def save_later(self, name: str, function: str, values: Mapping[str, Any]) -> None:
        """Save a file that takes its time to make, behind the prompt if the run may leave work.

        Parameters
        ----------
        name : str
            That of the file.
        function : str
            ``MODULE:NAME`` of what returns the content for the values.
        values : mapping
            What JSON can hold, and gives again: lists for tuples, texts for keys.

        Raises
        ------
        WriteError
            If nothing can be written.
        """
        if not self.leaves_work:
            self.save(name, behind.made(function, values))
            return
        behind.note(self.folder, name, function, values)
        if (path := self.folder / name) not in self.artifacts:
            self.artifacts.append(path)


def _with_metrics(epoch: Epoch, more: Mapping[str, float]) -> Epoch:
    # In a dictionary of its own: a plugin may keep what it was given.
    return dataclasses.replace(epoch, metrics={**epoch.metrics, **more})
