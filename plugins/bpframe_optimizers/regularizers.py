"""Penalties on the weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpframe import Parameters, Regularizer


@dataclass(frozen=True)
class NoRegularizer(Regularizer):
    """No penalty."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return 0.0

    def bind(self, parameters: Parameters, n: int) -> None:
        return None

    def weight_decay(self, n: int) -> float | None:
        """Return 0; None for a subclass with a gradient of its own."""
        return 0.0 if type(self).bind is NoRegularizer.bind else None


@dataclass(frozen=True)
class L2(Regularizer):
    """(λ/2n) Σ w²: C = C_0 + penalty; biases are not decayed.

    Parameters
    ----------
    lambda_ : float
        λ, 0 or more (the option is ``regularizer.lambda``).

    Source: the book, chapter 3, equation (87); n is the size of the training set.
    """

    other_names = ("ridge", "weight_decay")

    lambda_: float = 5.0

    def __post_init__(self) -> None:
        if not 0 <= self.lambda_ < math.inf:
            raise ValueError(f"lambda is {self.lambda_}; it must be a number, 0 or more")

    def penalty(self, parameters: Parameters, n: int) -> float:
        squares = sum(float((w * w).sum()) for w in parameters.weights)
        return self.lambda_ / (2 * n) * squares

    def bind(self, parameters: Parameters, n: int) -> Callable[[Parameters], None] | None:
        if not self.lambda_:
            return None
        scale = self.lambda_ / n
        scaled = [np.empty(w.shape, w.dtype) for w in parameters.weights]

        def add(gradient: Parameters) -> None:
            for g, w, buffer in zip(gradient.weights, parameters.weights, scaled, strict=True):
                np.multiply(w, scale, out=buffer)
                np.add(g, buffer, out=g)

        return add

    def weight_decay(self, n: int) -> float | None:
        """Return λ/n; None for a subclass with a gradient of its own."""
        return self.lambda_ / n if type(self).bind is L2.bind else None
