"""The learning rate, which every optimizer here has."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bpframe import Optimizer


@dataclass(frozen=True)
class RatedOptimizer(Optimizer):
    """Base of optimizers with a learning rate.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.
    """

    learning_rate: float | str = "auto"

    def __post_init__(self) -> None:
        rate = self.learning_rate
        # A whole number may be larger than every float.
        number = isinstance(rate, float | int) and 0 < rate <= sys.float_info.max
        if rate != "auto" and (not number or isinstance(rate, bool)):
            raise ValueError(
                f"learning_rate is {rate!r}; it must be a number greater than 0, or 'auto'"
            )

    @property
    def _rate(self) -> float:
        if isinstance(self.learning_rate, str):
            raise ValueError("learning_rate is 'auto'; find_learning_rate gives a number for it")
        return self.learning_rate
