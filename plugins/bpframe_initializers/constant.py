"""First weights that are all alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bpframe import Array, Initializer


@dataclass(frozen=True)
class Constant(Initializer):
    """All weights alike, and all biases; for single neurons whose start matters.

    Neurons of a layer that start alike stay alike under backpropagation: it suits layers of one
    neuron, and rules that do not need to tell neurons apart.

    Parameters
    ----------
    weight, bias : float
        The first weights and biases.

    Raises
    ------
    ValueError
        If one of them is not finite.

    Source: the book, chapter 3, "The cross-entropy cost function", sets the start of a neuron so.
    """

    weight: float = 0.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("weight", self.weight), ("bias", self.bias)):
            if not math.isfinite(value):
                raise ValueError(f"{name} is {value}; it must be finite")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return np.full((n_out, n_in), self.weight)

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        return np.full(n_out, self.bias)
