"""One sample that is written down, to be looked at or learned by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bpframe import Array, Data, Dataset, Split, fingerprint


@dataclass(frozen=True)
class OneSample(Dataset):
    """One sample: the inputs and the target values that you give.

    It is the training set and the test set: nothing can be held out. The defaults are those of
    the worked example.

    Parameters
    ----------
    x, y : list of float
        Inputs and target values; they set the number of inputs and outputs of the network.

    Raises
    ------
    ValueError
        If one of them is empty.
    """

    x: list[float] = field(default_factory=lambda: [0.6, 0.4])
    y: list[float] = field(default_factory=lambda: [0.8, 0.2])

    def __post_init__(self) -> None:
        if not self.x or not self.y:
            raise ValueError(f"x is {self.x} and y is {self.y}; each needs at least one number")

    def load(self, rng: np.random.Generator) -> Data:
        """Return the sample: x of shape (1, n_1), y of shape (1, n_L), in float64.

        Raises
        ------
        DataError
            If a number is not finite.
        """
        x: Array = np.array([self.x], float)
        y: Array = np.array([self.y], float)
        sample, nothing = Split(x, y), Split(x[:0], y[:0])
        return Data("one_sample", sample, nothing, sample, None, fingerprint(x, y))
