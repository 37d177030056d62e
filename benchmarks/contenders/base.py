"""What a contender is: somebody who trains, one epoch after another, and can be examined."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from work import Work

from bpframe import Array, Data, r_squared, stream

# The numbers of Adam's paper.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class Contender(ABC):
    """Trains a network of some `Work` from its first weights.

    A contender lives in a process of its own, so that its threads and its memory are not
    another's, and the module that has its class imports what it needs.

    Parameters
    ----------
    work : Work
        What is trained.
    data : Data
        Training samples of the type of the work.
    targets : array, shape (n, n_L)
        Their targets, one-hot where `data` has classes.

    Attributes
    ----------
    note : str
        How it is written, and what differs from the others.
    same_training : bool
        Whether the cost and the rule are those of the work. Who has others says so in its note.
    """

    note = ""
    same_training = True

    def __init__(self, work: Work, data: Data, targets: Array) -> None:
        self.work = work
        self.data = data
        self.samples = len(data.train)
        self.prepare(data.train.x, targets)

    def layers(self) -> list[tuple[Array, Array]]:
        """Return the first weights, shape (n_out, n_in), and biases of each layer."""
        parameters = self.work.network().parameters
        pairs = zip(parameters.weights, parameters.biases, strict=True)
        return [(w.copy(), b.copy()) for w, b in pairs]

    @abstractmethod
    def prepare(self, x: Array, y: Array) -> None:
        """Get ready to train."""

    @abstractmethod
    def take(self, samples: int) -> None:
        """Train on the first so many samples from now on, and shuffle as at the beginning."""

    @abstractmethod
    def epoch(self) -> float:
        """Train an epoch and return its seconds."""

    @abstractmethod
    def outputs(self, x: Array) -> Array:
        """Return the outputs for some inputs; of a softmax z, or the logarithm of a."""

    def look(self, x: Array) -> Array:
        """Return the outputs for some inputs; of a softmax z less its mean over the neurons."""
        outputs = self.outputs(x)
        if self.work.output == "softmax":
            outputs = outputs - outputs.mean(axis=1, keepdims=True)
        return outputs

    def accuracy(self) -> float:
        """Return the share of validation samples that are recognised; of values their R²."""
        validation = self.data.validation
        outputs = self.outputs(validation.x)
        if self.data.classes is None:
            return float(r_squared(outputs, validation.y).mean())
        return float((outputs.argmax(axis=1) == validation.y).mean())


class Outsider(Contender):
    """Trains in a loop of its own, on the samples in the order that bpframe's trainer takes."""

    def take(self, samples: int) -> None:
        self.samples = samples
        self.rng = stream(0, "shuffle")

    def epoch(self) -> float:
        started = time.perf_counter()
        order = self.rng.permutation(self.samples)
        self.train(order.reshape(-1, self.work.batch_size))
        return time.perf_counter() - started

    @abstractmethod
    def train(self, batches: Array) -> None:
        """Train an epoch on the samples with these numbers, a row for each mini-batch.

        The one mini-batch of `Work.whole` has all samples: nobody needs to gather them.
        """


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def half_squared(outputs: Any, targets: Any) -> Any:
    """Return the quadratic cost of a mini-batch."""
    return 0.5 * ((outputs - targets) ** 2).sum() / len(outputs)


def as_array(outputs: Any) -> Array:
    """Return outputs as an array of NumPy."""
    array: Array = np.asarray(outputs)
    return array
