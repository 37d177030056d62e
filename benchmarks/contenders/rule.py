"""bpframe itself: a registered backward pass in its trainer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from bpframe import Array, Trainer
from bpframe.plugins.loading import load_plugins
from bpframe_costs import LogLikelihood, Quadratic, output_error
from bpframe_optimizers import SGD, Adam
from contenders.base import Contender

OPTIMIZERS: dict[str, Any] = {"sgd": SGD, "adam": Adam}


class Rule(Contender):
    """A registered backward pass in bpframe's trainer."""

    name = "full_matrix"

    def prepare(self, x: Array, y: Array) -> None:
        self.network = self.work.network()
        self.rule = load_plugins().registry.defaults("backprop")[self.name]

    def take(self, samples: int) -> None:
        cost = LogLikelihood() if self.work.output == "softmax" else Quadratic()
        trainer = Trainer(
            self.network,
            cost,
            self.rule,
            OPTIMIZERS[self.work.optimizer](self.work.rate),
            output_error=output_error(cost, self.network.activations[-1]),
            epochs=10**9,
            batch_size=self.work.batch_size,
            train_evaluation_samples=10,
        )
        # The trainer looks at some samples after its clock has stopped.
        few = self.data.validation.head(10)
        train = self.data.train.head(samples)
        self.epochs = trainer.train(replace(self.data, train=train, validation=few))

    def epoch(self) -> float:
        return next(self.epochs).seconds

    def outputs(self, x: Array) -> Array:
        a = self.network.forward(x)
        return np.log(a) if self.work.output == "softmax" else a
