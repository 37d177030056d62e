"""Everything that a training is made of: the network, its components and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from numbers import Real
from typing import Any, Self

import numpy as np

from bpframe.core.arguments import whole_number
from bpframe.core.backprop import Backprop, GradientFunction, StepPlan
from bpframe.core.class_weights import ClassWeight, sample_weights
from bpframe.core.clipping import Clipping
from bpframe.core.cost import Cost, OutputError
from bpframe.core.data import Data, Split, check_size
from bpframe.core.descent import Descent
from bpframe.core.evaluation import Evaluator
from bpframe.core.metric import Metric
from bpframe.core.minibatches import Minibatches, checked_batch_size, steps_of
from bpframe.core.network import Network
from bpframe.core.objective import Objective
from bpframe.core.optimizer import Optimizer
from bpframe.core.parameters import Parameters
from bpframe.core.regularizer import Regularizer
from bpframe.core.returned import bound
from bpframe.core.schedule import Schedule
from bpframe.core.stopping import Stopping
from bpframe.core.streams import stream
from bpframe.core.thinned import Thinning
from bpframe.core.weighted import weighted_objective

MOST_EPOCHS = 1_000_000_000
# Of every split, or of the training samples.
OWN_METRICS = ("cost", "accuracy", "penalty")
# Arguments that are attributes of the same name.
SIMPLE_PARTS = (
    "backprop",
    "optimizer",
    "regularizer",
    "epochs",
    "batch_size",
    "drop_last",
    "shuffle",
    "seed",
    "schedule",
    "clipping",
    "stopping",
    "select_by",
    "class_weight",
    "max_seconds",
    "train_evaluation_samples",
)


class Recipe:
    """What a training is made of; see `Trainer`, which trains by it."""

    def __init__(
        self,
        network: Network,
        cost: Cost,
        backprop: Backprop,
        optimizer: Optimizer,
        regularizer: Regularizer | None = None,
        *,
        epochs: int = 30,
        batch_size: int | str = 10,
        drop_last: bool = False,
        shuffle: bool = True,
        seed: int = 0,
        schedule: Schedule | None = None,
        clipping: Clipping | None = None,
        stopping: Stopping | None = None,
        metrics: Mapping[str, Metric] | None = None,
        select_by: str | None = None,
        class_weight: ClassWeight = None,
        max_seconds: float | None = None,
        output_error: OutputError | None = None,
        train_evaluation_samples: int | None = 10_000,
        learning_rate_backprop: Backprop | None = None,
    ) -> None:
        self.epochs = whole_number("epochs", epochs, 0, MOST_EPOCHS)
        checked_batch_size(batch_size)
        self.batch_size = batch_size if isinstance(batch_size, str) else int(batch_size)
        for name, value in (("drop_last", drop_last), ("shuffle", shuffle)):
            if not isinstance(value, bool | np.bool_):
                raise ValueError(f"{name} is {value!r}; it must be true or false")
        self.drop_last, self.shuffle = bool(drop_last), bool(shuffle)
        self.seed = whole_number("seed", seed, 0)
        if train_evaluation_samples is not None:
            whole_number("train_evaluation_samples", train_evaluation_samples, 1)
        self.train_evaluation_samples = train_evaluation_samples
        if max_seconds is not None and (
            isinstance(max_seconds, bool)
            or not isinstance(max_seconds, Real)
            or not 0 < max_seconds < math.inf
        ):
            raise ValueError(f"max_seconds is {max_seconds!r}; it must be a number greater than 0")
        self.max_seconds = None if max_seconds is None else float(max_seconds)
        if select_by and select_by.partition("/")[0] == "test":
            raise ValueError(f"select_by is '{select_by}'; the test set must select nothing")
        self.objective = Objective(network, cost, output_error)
        self.network = network
        self.backprop = backprop
        self.optimizer = optimizer
        self.regularizer = regularizer
        self.schedule = schedule
        self.clipping = clipping
        self.stopping = stopping
        self.metrics_by_name = _named(metrics or {})
        self.select_by = select_by
        self.class_weight = class_weight
        self._learning_rate_backprop = learning_rate_backprop

    @property
    def learning_rate_backprop(self) -> Backprop:
        """The rule that a learning rate is measured with: its own, unless another one stands in.

        Only for an exact rule another one can: both give the same gradient, up to rounding.
        """
        return (self.backprop.exact and self._learning_rate_backprop) or self.backprop

    @property
    def higher_is_better(self) -> frozenset[str]:
        """The metrics, without their split, of which the highest is the best."""
        chosen = (name for name, m in self.metrics_by_name.items() if m.higher_is_better)
        return frozenset({"accuracy", *chosen})

    def metric_names(self, data: Data) -> list[str]:
        """Return the metrics that each epoch on the data has, before plugins add theirs."""
        measured = ["cost", *(["accuracy"] if data.classes is not None else [])]
        splits = ["train", *(["validation"] if len(data.validation) else [])]
        names = [f"{s}/{name}" for s in splits for name in (*measured, *self.metrics_by_name)]
        return [*names, *(["train/penalty"] if self.regularizer else []), "learning_rate"]

    def asked_for_metrics(self) -> dict[str, str]:
        """Return the metrics that select or end something, by the option that names them."""
        asked = {
            "stopping.metric": getattr(self.stopping, "metric", None),
            "schedule.metric": getattr(self.schedule, "metric", None),
            "select_by": self.select_by,
        }
        return {option: name for option, name in asked.items() if isinstance(name, str)}

    def parts(self) -> dict[str, Any]:
        """Return all that it is made of but the weights, as `from_parts` takes it."""
        network = self.network
        return {
            "network": {
                "sizes": network.sizes,
                "activations": network.activations,
                "dropout": network.dropout,
                "dtype": str(network.parameters.dtype),
            },
            "cost": self.objective.cost,
            "output_error": self.objective.closed_form,
            "metrics": self.metrics_by_name,
            "learning_rate_backprop": self._learning_rate_backprop,
            **{name: getattr(self, name) for name in SIMPLE_PARTS},
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any]) -> Self:
        """Return a recipe of these parts, with a network whose weights are 0."""
        return cls(**{**parts, "network": Network.of(**parts["network"])})

    def check(self, data: Data) -> None:
        """Raise ValueError if the data does not fit the network, the cost, or what is chosen."""
        self.objective.check(data)
        outputs = self.network.activations[-1].range
        for name, metric in self.metrics_by_name.items():
            try:
                metric.check(data.classes, outputs)
            except ValueError as error:
                raise ValueError(f"metric '{name}': {error}") from error
        check_size(data, self.network.parameters.dtype)
        sample_weights(data, self.class_weight)

    def steps_of_epoch(self, data: Data) -> int:
        """Return how many steps an epoch on the data has."""
        return steps_of(len(data.train), self.batch_size, self.drop_last)

    def minibatches(self, data: Data, most: int | None = None) -> Minibatches:
        """Return the mini-batches of the training samples, with the weights that they have.

        Parameters
        ----------
        data : Data
            The samples.
        most : int, optional
            The most samples that one may have, however large those of the training are.
        """
        dtype, weights = self.network.parameters.dtype, sample_weights(data, self.class_weight)
        size = min(checked_batch_size(self.batch_size), most or len(data.train))
        return Minibatches(data, size, dtype, weights, self.drop_last)

    def plan(
        self,
        parameters: Parameters,
        n: int,
        optimizer: Optimizer | None = None,
        thinning: Thinning | None = None,
    ) -> StepPlan:
        """Return what follows each gradient, bound anew.

        Parameters
        ----------
        parameters : Parameters
            What the steps change.
        n : int
            Samples of the training set.
        optimizer : Optimizer, optional
            Another one than the recipe's.
        thinning : Thinning, optional
            What leaves neurons out.
        """
        addition, constraint = None, None
        if self.regularizer:
            addition = self.regularizer.bind(parameters, n)
            if addition is not None:
                bound(self.regularizer, addition, "add(gradient), or None")
            constraint = self.regularizer.bind_constraint(parameters)
            if constraint is not None:
                call, method = "keep(), or None", "bind_constraint"
                bound(self.regularizer, constraint, call, method=method)
        clip = self.clipping.bind(parameters) if self.clipping else None
        if clip is not None:
            bound(self.clipping, clip, "clip(gradient), or None")
        optimizer = optimizer or self.optimizer
        step = bound(optimizer, optimizer.bind(parameters), "step(gradient)")
        return StepPlan(step, addition, clip, constraint, thinning)

    def thinning(self, rng: np.random.Generator) -> Thinning | None:
        """Return what leaves neurons out by the stream ``dropout``, if the network has dropout."""
        return Thinning(self.network, rng) if any(self.network.dropout) else None

    def objective_of(self, minibatches: Minibatches, thinning: Thinning | None) -> Objective:
        """Return what a rule is bound to, which may have a thinned network, or weighted samples."""
        network = thinning.network if thinning else self.network
        if minibatches.weighted:
            return weighted_objective(self.objective, network)
        if thinning:
            return self.objective.with_network(network)
        return self.objective

    def descent(
        self, minibatches: Minibatches, backprop: Backprop, optimizer: Optimizer
    ) -> Descent:
        """Return the steps of a training, with another rule and another optimizer."""
        thinning = self.thinning(stream(self.seed, "dropout"))
        objective = self.objective_of(minibatches, thinning)
        gradient = self.bind_rule(backprop, objective)
        plan = self.plan(self.network.parameters, minibatches.n, optimizer, thinning)
        return Descent(objective.network, gradient, plan, minibatches.batch_size)

    def bind_rule(
        self,
        backprop: Backprop,
        objective: Objective | None = None,
        rng: np.random.Generator | None = None,
    ) -> GradientFunction:
        """Return what a rule binds to an objective, the trainer's own if none is given.

        Parameters
        ----------
        backprop : Backprop
            The rule.
        objective : Objective, optional
            Another one, such as that of a thinned network.
        rng : numpy.random.Generator, optional
            The stream ``feedback``; one from its start if left out.

        Raises
        ------
        ValueError
            If the rule cannot serve the network or the cost.
        PluginFailedError
            If what it returns is no function.
        """
        rng = stream(self.seed, "feedback") if rng is None else rng
        gradient = backprop.bind(objective or self.objective, rng)
        return bound(backprop, gradient, "gradient(batch, out)")

    def metrics(self, data: Data) -> dict[str, float]:
        """Return the metrics that an epoch would end with, of the network as it is."""
        return self.metrics_of(self.evaluators(data), len(data.train))

    def evaluate(self, data: Data, split: Split) -> dict[str, float]:
        """Return ``cost``, for classes ``accuracy``, and the chosen metrics of a split."""
        return Evaluator(self.objective, data, split, self.metrics_by_name)()

    def evaluators(self, data: Data) -> dict[str, Evaluator]:
        """Return what evaluates the network on training and validation samples, by split."""
        n = self.train_evaluation_samples or len(data.train)
        train = data.train.draw(n, stream(self.seed, "evaluation"))
        splits = {"train": train, "validation": data.validation}
        return {
            name: Evaluator(self.objective, data, split, self.metrics_by_name)
            for name, split in splits.items()
            if len(split)
        }

    def metrics_of(self, evaluators: Mapping[str, Evaluator], n: int) -> dict[str, float]:
        """Return the metrics by split, and the penalty of a training set of n samples."""
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

    def __repr__(self) -> str:
        parts = (
            self.network,
            self.objective.cost,
            self.backprop,
            self.optimizer,
            self.regularizer,
            self.schedule,
            self.clipping,
            self.stopping,
        )
        shown = ", ".join(repr(part) for part in parts if part)
        numbers = f"epochs={self.epochs}, batch_size={self.batch_size}, seed={self.seed}"
        return f"{type(self).__name__}({shown}, {numbers})"


def _named(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Return metrics by their names.

    Raises
    ------
    ValueError
        If one has no name that can stand behind ``train/``, or that of another number.
    """
    if not isinstance(metrics, Mapping):
        raise ValueError(
            f"metrics is {metrics!r}; it must be a mapping of names to metrics, such as "
            "{'top_3': TopK(3)}"
        )
    for name in metrics:
        if not isinstance(name, str) or not re.fullmatch(r"\w+", name) or name in OWN_METRICS:
            raise ValueError(
                f"metrics has the name {name!r}; it must be letters, digits and _, and none of "
                f"{', '.join(OWN_METRICS)}"
            )
    return dict(metrics)
