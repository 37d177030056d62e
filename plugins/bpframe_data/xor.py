"""Exclusive or, the smallest problem that needs a hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Split
from bpframe_data.points import Points


@dataclass(frozen=True)
class Xor(Points):
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

    name = "xor"

    def draw(self, rng: np.random.Generator) -> Split:
        corner = rng.permutation(self.samples) % 4
        first, second = corner // 2, corner % 2
        return self.around(np.stack((first, second), axis=1), first ^ second, rng)
