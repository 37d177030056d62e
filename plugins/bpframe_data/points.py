"""Points that are drawn: the base of sets that are seen at one glance."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from bpframe import SPLITS, Data, Dataset, Split, check_memory


def check_points(samples: int, noise: float, least: int = 4) -> None:
    """Raise ValueError unless there are enough samples, and the noise is 0 or more."""
    if samples < least:
        raise ValueError(f"samples is {samples}; it must be {least} or more")
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is {noise}; it must be a number of 0 or more")


@dataclass(frozen=True)
class Points(Dataset):
    """Points of two classes in the plane; training, validation and test points are drawn alike.

    Parameters
    ----------
    samples : int
        Points of each split, at least 4.
    noise : float
        Standard deviation of a point's distance from its place along each axis, 0 or more.

    Attributes
    ----------
    name : str
        Of the data set.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    name: ClassVar[str]

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
        n = len(SPLITS) * self.samples
        check_memory(n * 3 * 8, f"the {n:,} points of data '{self.name}'")
        train, validation, test = (self.draw(rng) for _ in SPLITS)
        return Data(self.name, train, validation, test, 2)

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Split:
        """Return the points of one split."""

    def around(
        self, places: npt.NDArray[Any], y: npt.NDArray[np.intp], rng: np.random.Generator
    ) -> Split:
        """Return points of the classes y, shape (n,), with noise around places, shape (n, 2)."""
        x = places + rng.normal(0, self.noise, (self.samples, 2))
        return Split(x.astype(np.float32), y)
