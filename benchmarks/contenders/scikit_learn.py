"""scikit-learn: MLPClassifier and its partial_fit, an epoch a call."""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier

from bpframe import Array
from contenders.base import Outsider


class ScikitLearn(Outsider):
    """MLPClassifier; it has neither the quadratic cost nor another output than softmax."""

    note = "softmax, log-loss, weights of its own"
    same_training = False

    def prepare(self, x: Array, y: Array) -> None:
        named = {"sigmoid": "logistic", "relu": "relu"}
        if self.work.hidden not in named or self.data.classes is None:
            raise ValueError("it takes part where it classifies and has the hidden function")
        # Its cost learns at another rate than the quadratic one.
        own = self.work.optimizer == "sgd" and self.work.output != "softmax"
        self.x, self.labels = x, self.data.train.y
        self.model = MLPClassifier(
            self.work.sizes[1:-1],
            activation=named[self.work.hidden],
            solver=self.work.optimizer,
            alpha=0,
            batch_size=self.work.batch_size,
            learning_rate_init=0.3 if own else self.work.rate,
            momentum=0,
            random_state=0,
        )

    def train(self, batches: Array) -> None:
        n = batches.size
        self.model.partial_fit(self.x[:n], self.labels[:n], classes=np.arange(10))

    def outputs(self, x: Array) -> Array:
        probabilities: Array = self.model.predict_proba(x)
        return probabilities
