"""Plain stochastic gradient descent."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bpframe import GradientStep, Optimizer, Parameters, Step


@dataclass(frozen=True)
class SGD(Optimizer):
    """w ← w - η ∂C/∂w, b ← b - η ∂C/∂b.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.

    Source: equations (20) and (21) of the book.
    """

    other_names = ("gd", "gradient_descent")

    learning_rate: float | str = "auto"

    def __post_init__(self) -> None:
        rate = self.learning_rate
        # A whole number may be larger than every float.
        number = isinstance(rate, float | int) and 0 < rate <= sys.float_info.max
        if rate != "auto" and (not number or isinstance(rate, bool)):
            raise ValueError(
                f"learning_rate is {rate!r}; it must be a number greater than 0, or 'auto'"
            )

    def bind(self, parameters: Parameters) -> Step:
        if isinstance(self.learning_rate, str):
            raise ValueError("learning_rate is 'auto'; find_learning_rate gives a number for it")
        return GradientStep(parameters, self.learning_rate)
