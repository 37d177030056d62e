"""A learning rate that goes down in steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Schedule
from bpframe_schedules.lengths import told

# How far t is off where the warm-up is no whole number of epochs.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Steps(Schedule):
    """The factor is multiplied by a number every few epochs.

    Parameters
    ----------
    epochs : int
        After how many epochs each time, 1 or more, and fewer than there are behind the warm-up.
    factor_ : float
        By what, greater than 0, 1 at most (the option is ``schedule.factor``).

    Source: PyTorch's StepLR with step_size = ``epochs`` and gamma = ``factor``; He et al. 2016,
    "Deep residual learning for image recognition", section 3.4.
    """

    other_names = ("steps", "step_lr", "steplr", "staircase")

    epochs: int = 10
    factor_: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.epochs < 1:
            raise ValueError(f"epochs is {self.epochs}; it must be 1 or more")
        if not 0 < self.factor_ <= 1:
            raise ValueError(f"factor is {self.factor_}; it must be greater than 0, and 1 at most")

    def check(self, epochs: int) -> None:
        super().check(epochs)
        if self.epochs >= epochs - self.warm_up:
            raise ValueError(
                f"epochs is {self.epochs}, and {told(self, epochs)}: the first step never comes; "
                f"it must be less than {epochs - self.warm_up:g}"
            )

    def factor(self, t: Array, epochs: float) -> Array:
        factors: Array = self.factor_ ** np.floor(t / self.epochs + ROUNDING)
        return factors
