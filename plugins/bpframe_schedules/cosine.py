"""A learning rate that goes down along a cosine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Schedule
from bpframe_schedules.lengths import told


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine, from 1 down to the final factor; no restarts.

    Parameters
    ----------
    epochs : int, optional
        Its length, behind the warm-up; what is left of the training if none is given. Behind it
        the factor stays at the final one.
    final : float
        The factor that it goes down to, from 0 to 1.

    Source: Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts",
    equation (5) with η_max = η and η_min = ``final`` η; PyTorch's CosineAnnealingLR.
    """

    other_names = ("cosine_annealing", "cosine_annealing_lr", "cosineannealinglr", "cosine_decay")

    epochs: int | None = None
    final: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.epochs is not None and self.epochs < 1:
            raise ValueError(f"epochs is {self.epochs}; it must be 1 or more")
        if not 0 <= self.final <= 1:
            raise ValueError(f"final is {self.final}; it must be from 0 to 1")

    def check(self, epochs: int) -> None:
        super().check(epochs)
        if self.epochs is not None and self.epochs > epochs - self.warm_up:
            raise ValueError(
                f"epochs is {self.epochs}, and {told(self, epochs)}: it must be "
                f"{epochs - self.warm_up:g} or less"
            )

    def factor(self, t: Array, epochs: float) -> Array:
        passed = np.minimum(t / (self.epochs or epochs), 1)
        height: Array = (1 + np.cos(np.pi * passed)) / 2
        return self.final + (1 - self.final) * height
