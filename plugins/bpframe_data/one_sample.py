"""One sample, to watch a network of few neurons learn it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bpframe import Data, Dataset, Split


@dataclass(frozen=True)
class OneSample(Dataset):
    """One training sample with values to approximate, and nothing to validate or test with.

    Parameters
    ----------
    x, y : list of float
        The input and the target, at least one number each.

    Raises
    ------
    ValueError
        If a list is empty or holds anything but numbers.

    Source: the defaults are those of the single neuron in the book, chapter 3, "The cross-entropy
    cost function".
    """

    x: list[float] = field(default_factory=lambda: [1.0])
    y: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        for name, values in (("x", self.x), ("y", self.y)):
            if not values:
                raise ValueError(f"{name} is empty; it must hold at least one number")
            if not all(isinstance(value, float | int) for value in values):
                raise ValueError(f"{name} is {values}; it must be a list of numbers")

    def load(self, rng: np.random.Generator) -> Data:
        """Return the sample: x of shape (1, n_1) and y of shape (1, n_L).

        Raises
        ------
        DataError
            If a number is not finite.
        """
        x, y = np.array([self.x], np.float64), np.array([self.y], np.float64)
        nothing = Split(x[:0], y[:0])
        return Data("one_sample", Split(x, y), nothing, nothing, None)
