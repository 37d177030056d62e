"""A learning rate that rises, and then goes down further than it began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Schedule


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Half a cosine up to 1, and a longer one down, over all that is behind the warm-up.

    The optimizer's learning rate is the highest. PyTorch's OneCycleLR counts from the first step to
    the last, and has the final factor in it; here the training ends as the final factor is reached.

    Parameters
    ----------
    rise : float
        The part of the training in which the factor rises, greater than 0 and less than 1.
    start : float
        The factor at first, from 0 to 1.
    final : float
        The factor at the end, from 0 to 1.

    Source: Smith 2018, "A disciplined approach to neural network hyper-parameters: part 1",
    section 4.1, whose lines are half cosines in PyTorch, with pct_start = ``rise``, div_factor =
    1/``start`` and final_div_factor = ``start``/``final``.
    """

    other_names = ("onecycle", "one_cycle_lr", "onecyclelr", "1cycle")

    rise: float = 0.3
    start: float = 0.04
    final: float = 4e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.rise < 1:
            raise ValueError(f"rise is {self.rise}; it must be greater than 0 and less than 1")
        for name, value in (("start", self.start), ("final", self.final)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is {value}; it must be from 0 to 1")

    def factor(self, t: Array, epochs: float) -> Array:
        passed = np.minimum(t / epochs, 1)
        up, down = passed / self.rise, (passed - self.rise) / (1 - self.rise)
        return np.where(up < 1, _half_cosine(self.start, up), _half_cosine(self.final, 1 - down))


def _half_cosine(low: float, height: Array) -> Array:
    """Return numbers from `low`, where the height is 0, up to 1, where it is 1."""
    part: Array = (1 - np.cos(np.pi * height)) / 2
    return low + (1 - low) * part
