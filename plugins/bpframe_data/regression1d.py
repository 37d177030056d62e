"""One input and one value, to be seen as a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import SPLITS, Data, Dataset, Split, check_memory, read_targets
from bpframe_data.points import check_points


@dataclass(frozen=True)
class Regression1D(Dataset):
    """A wave that grows with x, with noise: y = (1 + x) sin(2π x) / 2, x from -1 to 1.

    Training, validation and test split are drawn independently.

    Parameters
    ----------
    samples : int
        Points of each split, at least 1.
    noise : float
        Standard deviation of a value's distance from the curve, 0 or more.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    samples: int = 1000
    noise: float = 0.1

    def __post_init__(self) -> None:
        check_points(self.samples, self.noise, 1)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the points: x and y of shape (samples, 1), x in float32.

        Raises
        ------
        MemoryError
            If they take more memory than the machine has.
        """
        n = len(SPLITS) * self.samples
        check_memory(n * 2 * 8, f"the {n:,} points of data 'regression1d'")
        splits = {name: self._draw(rng) for name in SPLITS}
        targets = read_targets({name: split.y for name, split in splits.items()}, "y", "regression")
        return targets.data("regression1d", list(splits.values()))

    def _draw(self, rng: np.random.Generator) -> Split:
        x = rng.uniform(-1, 1, (self.samples, 1))
        y = (1 + x) * np.sin(2 * np.pi * x) / 2
        return Split(x.astype(np.float32), y + rng.normal(0, self.noise, y.shape))
