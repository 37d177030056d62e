"""Stochastic gradient descent over mini-batches."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import whole_number
from bpframe.core.arrays import Array, with_ones
from bpframe.core.backprop import Backprop, GradientFunction, plain_step
from bpframe.core.blas import blas_threads
from bpframe.core.cost import Cost, OutputError
from bpframe.core.data import CHUNK, Data, Split
from bpframe.core.descent import Descent, diverged
from bpframe.core.epoch import Epoch
from bpframe.core.evaluation import Evaluator
from bpframe.core.minibatches import Minibatches
from bpframe.core.network import Network
from bpframe.core.objective import Objective
from bpframe.core.optimizer import Optimizer
from bpframe.core.regularizer import Regularizer
from bpframe.core.returned import bound
from bpframe.core.steps import Addition, Step
from bpframe.core.streams import stream

MOST_EPOCHS = 1_000_000_000


class Trainer:
    """Trains a network by mini-batch steps.

    Parameters
    ----------
    network : Network
        Changed in place.
    cost, backprop, optimizer, regularizer
        Components; the regularizer may be left out.
    epochs : int
        Passes over the training set.
    batch_size : int
        Samples of a mini-batch.
    seed : int
        The order comes from the stream ``shuffle`` of this seed, what a rule draws from
        ``feedback``.
    output_error : callable, optional
        Closed form of δ^L, see `Objective`.
    train_evaluation_samples : int, optional
        How many training samples ``train/cost`` and ``train/accuracy`` are taken from after
        each epoch, drawn once from the stream ``evaluation``; all if None.
    learning_rate_backprop : Backprop, optional
        The rule that stands in for any other exact one while a learning rate is measured.

    Raises
    ------
    ValueError
        If a number is out of its range, or cost and outputs do not fit.
    """

    def __init__(
        self,
        network: Network,
        cost: Cost,
        backprop: Backprop,
        optimizer: Optimizer,
        regularizer: Regularizer | None = None,
        *,
        epochs: int = 30,
        batch_size: int = 10,
        seed: int = 0,
        output_error: OutputError | None = None,
        train_evaluation_samples: int | None = 10_000,
        learning_rate_backprop: Backprop | None = None,
    ) -> None:
        self.epochs = whole_number("epochs", epochs, 0, MOST_EPOCHS)
        self.batch_size = whole_number("batch_size", batch_size, 1)
        self.seed = whole_number("seed", seed, 0)
        if train_evaluation_samples is not None:
            whole_number("train_evaluation_samples", train_evaluation_samples, 1)
        self.train_evaluation_samples = train_evaluation_samples
        self.objective = Objective(network, cost, output_error)
        self.network = network
        self.backprop = backprop
        self.optimizer = optimizer
        self.regularizer = regularizer
        self._learning_rate_backprop = learning_rate_backprop

    @property
    def learning_rate_backprop(self) -> Backprop:
        """The rule that a learning rate is measured with: its own, unless another one stands in.

        Only for an exact rule another one can: both give the same gradient, up to rounding.
        """
        return (self.backprop.exact and self._learning_rate_backprop) or self.backprop

    def train(self, data: Data) -> Iterator[Epoch]:
        """Train, and yield after each epoch; stop taking to stop training.

        Raises
        ------
        ValueError
            If the data does not fit the network, or its targets not the cost.
        DivergedError
            If the cost is not finite any more.
        """
        self.objective.check(data)
        minibatches = Minibatches(data, self.batch_size, self.network.parameters.dtype)
        take_steps = self._steps(minibatches)
        evaluators = self._evaluators(data)
        rng = stream(self.seed, "shuffle")
        for number in range(1, self.epochs + 1):
            started = time.perf_counter()
            take_steps(rng.permutation(minibatches.n), number)
            seconds = time.perf_counter() - started
            metrics = self._metrics(evaluators, minibatches.n)
            if not all(map(math.isfinite, metrics.values())):
                raise diverged(self.network, self._inputs(data), number, minibatches.steps)
            yield Epoch(number, metrics, seconds)

    def fit(self, data: Data) -> list[Epoch]:
        """Train for all epochs and return them; see `train`."""
        return list(self.train(data))

    def metrics(self, data: Data) -> dict[str, float]:
        """Return the metrics that an epoch would end with, of the network as it is."""
        return self._metrics(self._evaluators(data), len(data.train))

    def evaluate(self, data: Data, split: Split) -> dict[str, float]:
        """Return ``cost`` and, for classes, ``accuracy`` of the network on a split of the data."""
        return Evaluator(self.objective, data, split)()

    def descent(self, n: int, backprop: Backprop, optimizer: Optimizer) -> Descent:
        """Return the steps of a training on n samples, with another rule and another optimizer."""
        return self._descent(n, backprop, *self._bind_step(n, optimizer))

    def bind_rule(self, backprop: Backprop) -> GradientFunction:
        """Return what a rule binds to the objective, with the stream of this trainer's seed.

        Raises
        ------
        ValueError
            If the rule cannot serve the network or the cost.
        PluginFailedError
            If what it returns is no function.
        """
        gradient = backprop.bind(self.objective, stream(self.seed, "feedback"))
        return bound(backprop, gradient, "gradient(batch, out)")

    def __copy__(self) -> Trainer:
        # One that shared the network would train the original's.
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        shown = [self.network, self.objective.cost, self.backprop, self.optimizer]
        if self.regularizer:
            shown.append(self.regularizer)
        numbers = f"epochs={self.epochs}, batch_size={self.batch_size}, seed={self.seed}"
        return f"Trainer({', '.join(map(repr, shown))}, {numbers})"

    def _steps(self, minibatches: Minibatches) -> Callable[[npt.NDArray[np.int64], int], None]:
        """Return what takes the steps of an epoch, from the order of its samples and its number.

        It is the rule itself where it can and the steps are plain ones, else `Descent`.
        """
        training = minibatches.training_set()
        add_penalty, step = self._bind_step(minibatches.n, self.optimizer)
        plain = plain_step(add_penalty, step)
        epoch = plain and self.backprop.bind_epoch(
            self.objective, stream(self.seed, "feedback"), training, plain
        )
        if not epoch:
            descent = self._descent(minibatches.n, self.backprop, add_penalty, step)
            return lambda order, number: descent.run(minibatches.epoch(order), number)

        def whole(order: npt.NDArray[np.int64], number: int) -> None:
            with blas_threads(len(self.network.parameters.vector), training.batch_size):
                failed = epoch(order)
            if failed:
                end = failed * training.batch_size
                x = training.x[order[end - training.batch_size : end]]
                x_one = with_ones(x, self.network.parameters.dtype)
                raise diverged(self.network, [x_one], number, failed)

        return whole

    def _inputs(self, data: Data) -> Iterator[Array]:
        """Yield what an epoch's end evaluates, with ones, in chunks."""
        for split in (data.train, data.validation):
            for start in range(0, len(split), CHUNK):
                yield with_ones(split.x[start : start + CHUNK], self.network.parameters.dtype)

    def _bind_step(self, n: int, optimizer: Optimizer) -> tuple[Addition | None, Step]:
        parameters = self.network.parameters
        add_penalty = self.regularizer.bind(parameters, n) if self.regularizer else None
        if add_penalty is not None:
            bound(self.regularizer, add_penalty, "add(gradient), or None")
        return add_penalty, bound(optimizer, optimizer.bind(parameters), "step(gradient)")

    def _descent(
        self, n: int, backprop: Backprop, add_penalty: Addition | None, step: Step
    ) -> Descent:
        gradient = self.bind_rule(backprop)
        return Descent(self.network, gradient, add_penalty, step, min(self.batch_size, n))

    def _evaluators(self, data: Data) -> dict[str, Evaluator]:
        n = self.train_evaluation_samples or len(data.train)
        train = data.train.draw(n, stream(self.seed, "evaluation"))
        splits = {"train": train, "validation": data.validation}
        return {
            name: Evaluator(self.objective, data, split)
            for name, split in splits.items()
            if len(split)
        }

    def _metrics(self, evaluators: dict[str, Evaluator], n: int) -> dict[str, float]:
        metrics = {
            f"{split}/{name}": value
            for split, evaluator in evaluators.items()
            for name, value in evaluator().items()
        }
        if self.regularizer:
            with np.errstate(over="ignore", invalid="ignore"):
                penalty = self.regularizer.penalty(self.network.parameters, n)
            if penalty:
                metrics["train/penalty"] = penalty
        return metrics
