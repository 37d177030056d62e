"""What the classifier and the regressor have in common: parameters, training, weights."""

from __future__ import annotations

import dataclasses
import warnings
from abc import abstractmethod
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight

import bpframe
from bpframe_sklearn.fitted import Array, FittedNetwork
from bpframe_sklearn.recipe import make_trainer, parts_of
from bpframe_sklearn.refused import as_value_errors
from bpframe_sklearn.splitting import validation_rows

Splits = tuple[bpframe.Split, bpframe.Split, bpframe.Split]


class BackpropEstimator(FittedNetwork):
    """A fully connected network that bpframe trains; see the classifier and the regressor."""

    def __init__(
        self,
        hidden: int | tuple[int, ...] = (100,),
        activation: Any = "tanh",
        output_activation: Any = None,
        *,
        cost: Any = None,
        backprop: Any = "full_matrix",
        optimizer: Any = "adam",
        learning_rate: float | str | None = 0.005,
        initializer: Any = "deep_normal",
        regularizer: Any = None,
        schedule: Any = None,
        clipping: Any = None,
        stopping: Any = None,
        dropout: Any = 0.0,
        epochs: int = 100,
        batch_size: int | str = 200,
        validation_fraction: float = 0.0,
        warm_start: bool = False,
        dtype: Any = "float64",
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.output_activation = output_activation
        self.cost = cost
        self.backprop = backprop
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.initializer = initializer
        self.regularizer = regularizer
        self.schedule = schedule
        self.clipping = clipping
        self.stopping = stopping
        self.dropout = dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for `epochs` epochs, from first weights unless `warm_start` goes on.

        Parameters
        ----------
        X : array-like, shape (n, n_1)
            Inputs; numbers of about 1 train best.
        y : array-like
            Targets.
        sample_weight : array-like, shape (n,), optional
            How much each sample counts in the cost; only their ratios matter.

        Raises
        ------
        ValueError
            If samples or parameters are not allowed, or the cost is not finite any more.
        """
        goes_on = self.warm_start and hasattr(self, "network_")
        x, targets = self._checked(X, y, first=not goes_on)
        given = self.get_params(deep=False)
        return self._train(x, targets, sample_weight, given, goes_on)

    _stratified = False
    _validated_by: str

    def _train_once(self, x: Array, targets: Array, sample_weight: Any, goes_on: bool) -> Self:
        """Train for one epoch, after which nobody knows how many there will be."""
        given = self.get_params(deep=False)
        given |= {"epochs": 1, "validation_fraction": 0.0, "schedule": None, "stopping": None}
        return self._train(x, targets, sample_weight, given, goes_on)

    @abstractmethod
    def _checked(self, X: Any, y: Any, *, first: bool) -> tuple[Array, Array]:
        """Return inputs (n, n_1) and targets (n,) or (n, n_L), and note what they are at first."""

    @abstractmethod
    def _data(self, splits: Splits, first: bool) -> bpframe.Data:
        """Return samples in three splits as data."""

    def _train(
        self, x: Array, targets: Array, sample_weight: Any, given: dict[str, Any], goes_on: bool
    ) -> Self:
        split = bpframe.Split(x, targets)
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, x, dtype=float, ensure_non_negative=True)
            # What counts nothing must not take a place in a mini-batch.
            split = bpframe.Split(x, targets, weights).take(weights > 0)
        if not goes_on:
            self.seed_ = _seed_of(self.random_state)
        with as_value_errors(validated=bool(given["validation_fraction"])):
            rows = validation_rows(
                split, given["validation_fraction"], self.seed_, self._stratified
            )
            splits = (split.take(~rows), split.take(rows), split.take(slice(0)))
            data = self._data(splits, first=not goes_on)
            trainer = self._trainer_for(data, given, goes_on)
            self._go_through(bpframe.Run(trainer, data), first=not goes_on)
        # Neither the samples nor their copies are kept.
        trainer.leave()
        self._trainer, self.network_ = trainer, trainer.network
        return self

    def _trainer_for(
        self, data: bpframe.Data, given: dict[str, Any], goes_on: bool
    ) -> bpframe.Trainer:
        """Return a trainer, which stands where the last one does if both do the same."""
        trainer = make_trainer(given, data, self.seed_, self.network_ if goes_on else None)
        parts = parts_of(trainer)
        same = goes_on and parts == self._parts
        position = self._trainer.position if same else None
        if position:
            # A learning rate may have been measured.
            trainer.optimizer = self._trainer.optimizer
            trainer.position = dataclasses.replace(position, ended="")
            trainer.epochs += position.epoch
        self._parts: dict[str, Any] = parts
        return trainer

    def _go_through(self, run: bpframe.Run, first: bool) -> None:
        """Train, and keep the curves; what a person interrupts behind the first epoch is kept."""
        if first:
            self.loss_curve_: list[float] = []
            self.validation_curve_: list[float] = []
        begun = run.trainer.position
        number = begun.epoch if begun else 0
        try:
            for epoch in run.train():
                number = epoch.number
                self.loss_curve_.append(epoch.metrics["train/cost"])
                if self._validated_by in epoch.metrics:
                    self.validation_curve_.append(epoch.metrics[self._validated_by])
                if self.verbose:
                    shown = (f"{name} {value:.4g}" for name, value in epoch.split_metrics.items())
                    print(f"epoch {number}/{run.trainer.epochs}", *shown, sep="  ", flush=True)
        except KeyboardInterrupt:
            if not number:
                raise
            warnings.warn(
                f"interrupted behind epoch {number} of {run.trainer.epochs}; the weights so far "
                "are kept",
                ConvergenceWarning,
                stacklevel=4,
            )


def _seed_of(random_state: Any) -> int:
    """Return a seed: the number itself, or one that is drawn as scikit-learn draws."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
