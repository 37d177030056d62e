"""A learning rate that stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Schedule


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """The optimizer's learning rate, from the end of the warm-up to the end of the training.

    Source: the book, chapter 3, "How to choose a neural network's hyper-parameters?". With a
    warm-up: Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2.
    """

    other_names = ("none", "fixed")

    @property
    def constant(self) -> bool:
        return not self.warm_up

    def factor(self, t: Array, epochs: float) -> Array:
        return np.ones_like(t)
