"""One training: its steps epoch by epoch, what it remembers, and what ends it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import CHUNK, Array, with_ones
from bpframe.core.backprop import EpochFunction, remark_of
from bpframe.core.best import BestSoFar
from bpframe.core.blas import blas_threads
from bpframe.core.data import Batch, Data
from bpframe.core.descent import Descent, diverged
from bpframe.core.epoch import Epoch
from bpframe.core.objective import Objective
from bpframe.core.one_training import OfOneTraining
from bpframe.core.parameters import Parameters
from bpframe.core.position import (
    Arrays,
    Position,
    is_out_of_time,
    out_of_time,
    put_back,
    states_of,
)
from bpframe.core.recipe import Recipe
from bpframe.core.steps import RatedStep
from bpframe.core.streams import stream
from bpframe.errors import NotFittingError, NotTakenError

Order = npt.NDArray[np.int64]
RatesOfSteps = npt.NDArray[np.float64]
# (epoch, step, mini-batch, gradient)
StepObserver = Callable[[int, int, Batch, Parameters], None]
STREAMS = ("shuffle", "dropout", "feedback")


class Training(OfOneTraining):
    """One training by a recipe, an epoch at a time.

    Parameters
    ----------
    recipe : Recipe
        What it is made of.
    data : Data
        The samples.
    position : Position, optional
        Where it goes on; from the start if left out.
    observer : callable, optional
        Called after each step; then no rule takes whole epochs itself.

    Attributes
    ----------
    number : int
        How many epochs have been trained.
    within : bool
        Whether it stands within an epoch, or in what follows it, where nobody can take it up.
    ended : str
        Why it has ended before the last epoch; nothing if it has not.
    restored : int or None
        The epoch whose parameters `finish` has put back.
    best : BestSoFar
        The best epoch on validation, or by the recipe's `select_by`, with its parameters.
    remark : str
        Why steps are not taken by the rule itself, or whose its gradient is, if not its own.

    Raises
    ------
    ValueError
        If the data does not fit the network, its targets not the cost, or a schedule is longer
        than the training.
    NotFittingError
        If there is a schedule, and the learning rate of the optimizer's steps cannot be set.
    CheckpointError
        If the position is not one of such a training.
    """

    def __init__(
        self,
        recipe: Recipe,
        data: Data,
        position: Position | None = None,
        observer: StepObserver | None = None,
    ) -> None:
        recipe.check(data)
        self._recipe, self.data, self._observer = recipe, data, observer
        self.number, self.ended, self.remark, self.within = 0, "", "", False
        self.restored: int | None = None
        self._epochs = recipe.epochs
        self._last: Arrays = {}
        self._began = time.perf_counter()
        self._parameters = parameters = recipe.network.parameters
        self._minibatches = recipe.minibatches(data)
        self._streams = {name: stream(recipe.seed, name) for name in STREAMS}
        thinning = recipe.thinning(self._streams["dropout"])
        self._plan = recipe.plan(parameters, self._minibatches.n, thinning=thinning)
        step = self._plan.step
        self._rated = step if isinstance(step, RatedStep) else None
        self._own_rate = self._rated.learning_rate if self._rated else math.nan
        steps, schedule = self._minibatches.steps, recipe.schedule
        changes = schedule and not schedule.constant
        self._rates = schedule.bind(steps, self._epochs) if schedule and changes else None
        if self._rates and not self._rated:
            raise NotFittingError(
                f"{type(recipe.optimizer).__name__} binds a step without a learning_rate that can "
                f"be set, so that {type(schedule).__name__} cannot serve it; take schedule=constant"
            )
        self._watch = recipe.stopping.bind(parameters) if recipe.stopping else None
        self.best = BestSoFar(recipe.select_by, parameters=parameters)
        objective = recipe.objective_of(self._minibatches, thinning)
        taker = self._bind_steps(objective)
        self._parts = {
            "backprop": taker,
            "optimizer": self._plan.step,
            "regularizer": self._plan.addition,
            "clipping": self._plan.clip,
            "schedule": self._rates,
            "stopping": self._watch,
            "best": self.best,
        }
        if position:
            self._go_to(position)
        self._evaluators = recipe.evaluators(data)

    @property
    def goes_on(self) -> bool:
        """Whether another epoch is to be trained."""
        return not self.ended and self.number < self._epochs

    def next_epoch(self) -> Epoch:
        """Train for one epoch and return it.

        Raises
        ------
        DivergedError
            If the cost is not finite any more.
        """
        self.within = True
        number, n = self.number + 1, self._minibatches.n
        order = self._streams["shuffle"].permutation(n) if self._recipe.shuffle else np.arange(n)
        started = time.perf_counter()
        self._take_steps(order, number, self._rates_of(number))
        seconds = time.perf_counter() - started
        metrics = self._recipe.metrics_of(self._evaluators, n)
        costs = (v for name, v in metrics.items() if name.endswith(("/cost", "/penalty")))
        if not all(map(math.isfinite, costs)):
            network = self._recipe.network
            raise diverged(network, self._inputs(), number, self._minibatches.steps)
        if self._rated:
            metrics["learning_rate"] = float(self._rated.learning_rate)
        self.number = number
        return Epoch(number, metrics, seconds, self._recipe.higher_is_better)

    def look(self, epoch: Epoch) -> None:
        """Let what depends on the metrics take note of an epoch, and end the training if it must.

        Raises
        ------
        ConfigError
            If a metric that somebody depends on is none of the epoch's.
        """
        self.best.look(epoch)
        limit = self._recipe.max_seconds
        for reason in (
            self._rates.look(epoch) if self._rates else None,
            self._watch.look(epoch) if self._watch else None,
            out_of_time(limit) if limit and self._passed() >= limit else None,
        ):
            self.end(reason)
        self.within = False

    def end(self, reason: str | None) -> None:
        """End the training behind this epoch, if there is a reason; the first one is kept."""
        self.ended = self.ended or reason or ""

    def finish(self) -> None:
        """Put the parameters of an earlier epoch back, if what watches the training wants it."""
        last = self._parameters.vector.copy()
        self.restored = self._watch.restore() if self._watch else None
        if self.restored is not None:
            self._last = {"parameters": last}

    def position(self) -> Position:
        """Return where it stands, in copies."""
        streams = {name: rng.bit_generator.state for name, rng in self._streams.items()}
        # Where those of an earlier epoch are back, it goes on from those of the last one.
        arrays = {name: array.copy() for name, array in (self._arrays() | self._last).items()}
        return Position(self.number, self._epochs, self.ended, streams, arrays)

    def _go_to(self, position: Position) -> None:
        put_back(position.arrays, self._arrays())
        for name, rng in self._streams.items():
            rng.bit_generator.state = position.streams[name]
        self.number = position.epoch
        # Each process has its own time.
        if position.epochs == self._epochs and not is_out_of_time(position.ended):
            self.ended = position.ended

    def _arrays(self) -> Arrays:
        return {"parameters": self._parameters.vector, **states_of(self._parts)}

    def _passed(self) -> float:
        return time.perf_counter() - self._began

    def _rates_of(self, number: int) -> RatesOfSteps:
        """Return the learning rate of each step of an epoch; NaN where a step has none to set."""
        if self._rates is None:
            return np.full(self._minibatches.steps, self._own_rate)
        return np.multiply(self._own_rate, self._rates.factors(number), dtype=np.float64)

    def _bind_steps(self, objective: Objective) -> object:
        """Set what takes the steps of an epoch, and return what the rule has bound for it.

        It is the rule itself where it can, else `Descent`.
        """
        recipe, minibatches, plan = self._recipe, self._minibatches, self._plan
        training, epoch = minibatches.training_set(), None
        if not minibatches.in_memory:
            self.remark = "samples are read from their file, and steps taken one by one"
        elif not self._observer:
            try:
                epoch = recipe.backprop.bind_epoch(
                    objective, self._streams["feedback"], training, plan
                )
            except NotTakenError as error:
                self.remark = f"{type(recipe.backprop).__name__} takes single steps: {error}"
        if epoch:
            self.remark = remark_of(recipe.backprop, epoch)
            self._take_steps = self._whole_epochs(epoch, objective)
            return epoch
        # What another try has drawn is drawn again.
        rng = self._streams["feedback"] = stream(recipe.seed, "feedback")
        gradient = recipe.bind_rule(recipe.backprop, objective, rng)
        self.remark = remark_of(recipe.backprop, gradient) or self.remark
        descent = Descent(objective.network, gradient, plan, minibatches.batch_size)
        self._take_steps = self._single_steps(descent)
        return gradient

    def _single_steps(self, descent: Descent) -> Callable[[Order, int, RatesOfSteps], None]:
        watch = self._observer

        def take(order: Order, number: int, rates: RatesOfSteps) -> None:
            batches = self._minibatches.epoch(order)
            if self._rates and self._rated:
                batches = _with_rates(batches, self._rated, rates)
            observer = partial(watch, number) if watch else None
            descent.run(batches, number, observer)

        return take

    def _whole_epochs(
        self, epoch: EpochFunction, objective: Objective
    ) -> Callable[[Order, int, RatesOfSteps], None]:
        training, steps = self._minibatches.training_set(), self._minibatches.steps
        m, parameters = training.batch_size, self._parameters

        def take(order: Order, number: int, rates: RatesOfSteps) -> None:
            order = order[: steps * m]
            with blas_threads(len(parameters.vector), m):
                failed = epoch(order, rates)
            if self._rates and self._rated:
                self._rated.learning_rate = float(rates[-1])
            if failed:
                x = training.x[order[(failed - 1) * m : failed * m]]
                x_one = with_ones(x, parameters.dtype)
                raise diverged(objective.network, [x_one], number, failed)

        return take

    def _inputs(self) -> Iterator[Array]:
        """Yield what an epoch's end evaluates, with ones, in chunks."""
        for split in (self.data.train, self.data.validation):
            for start in range(0, len(split), CHUNK):
                yield with_ones(split.x[start : start + CHUNK], self._parameters.dtype)


def _with_rates(batches: Iterator[Batch], step: RatedStep, rates: RatesOfSteps) -> Iterator[Batch]:
    """Return the mini-batches, before each of which its learning rate is set."""
    if rates.min() == rates.max():
        step.learning_rate = float(rates[0])
        return batches

    def scheduled() -> Iterator[Batch]:
        for batch, rate in zip(batches, rates.tolist(), strict=True):
            step.learning_rate = rate
            yield batch

    return scheduled()
