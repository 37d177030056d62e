"""Exclusive or, the smallest problem that needs a hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Data, Dataset, Split, check_memory
from bpframe_data.points import check_points


@dataclass(frozen=True)
class Xor(Dataset):
    """Points near the corners of the unit square; class 1 where the coordinates differ.

    Training, validation and test split are drawn independently, as many near each corner.

    Parameters
    ----------
    samples : int
        Points of each split, at least 4.
    noise : float
        Standard deviation of a point's distance from its corner along each axis, 0 or more.

    Raises
    ------
    ValueError
        If a value is not allowed.

    Source: Minsky and Papert 1969; Rumelhart, Hinton and Williams 1986.
    """

    samples: int = 1000
    noise: float = 0.1

    def __post_init__(self) -> None:
        check_points(self.samples, self.noise)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the points: x of shape (samples, 2) in float32, y of shape (samples,).

        Raises
        ------
        MemoryError
            If they take more memory than the machine has.
        """
        # Three splits of two inputs and a label, before they are made float32.
        check_memory(3 * self.samples * 3 * 8, f"the {3 * self.samples:,} points of data 'xor'")
        train, validation, test = (self._draw(rng) for _ in range(3))
        return Data("xor", train, validation, test, 2)

    def _draw(self, rng: np.random.Generator) -> Split:
        corner = rng.permutation(self.samples) % 4
        first, second = corner // 2, corner % 2
        points = np.stack((first, second), axis=1) + rng.normal(0, self.noise, (self.samples, 2))
        return Split(points.astype(np.float32), first ^ second)
