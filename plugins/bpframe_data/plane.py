"""Two classes in the plane that no straight line parts."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bpframe import Split
from bpframe_data.points import Points


@dataclass(frozen=True)
class Curves(Points):
    """Points of two classes, each along a curve of its own."""

    @abstractmethod
    def places(self, y: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return where points of the classes y, shape (n,), are without noise, shape (n, 2)."""

    def draw(self, rng: np.random.Generator) -> Split:
        y = rng.permutation(self.samples) % 2
        return self.around(self.places(y, rng), y, rng)


@dataclass(frozen=True)
class Moons(Curves):
    """Points on two half circles of radius 1 that reach into each other.

    See `Points` for the parameters.
    """

    name = "moons"

    def places(self, y: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return the places: the first moon is around (0, 0), the second one around (1, 0.5)."""
        angle = np.pi * (rng.uniform(size=len(y)) + y)
        return np.stack((np.cos(angle) + y, np.sin(angle) + y / 2), axis=1)


@dataclass(frozen=True)
class Circles(Curves):
    """Points on a circle of radius 1, and on one of half of it inside.

    See `Points` for the parameters.
    """

    name = "circles"

    def places(self, y: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return the places; class 1 is inside."""
        angle = 2 * np.pi * rng.uniform(size=len(y))
        radius = 1 - y / 2
        return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


@dataclass(frozen=True)
class Spirals(Curves):
    """Points on two spirals that wind around each other one and a half times.

    See `Points` for the parameters.

    Source: Lang and Witbrock 1988, "Learning to Tell Two Spirals Apart".
    """

    name = "spirals"

    noise: float = 0.02

    def places(self, y: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return the places, up to 1 from the middle; the second spiral is the first one turned."""
        radius = np.sqrt(rng.uniform(size=len(y)))
        angle = 3 * np.pi * radius + np.pi * y
        return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
