"""Plain stochastic gradient descent."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import GradientStep, Parameters, Step
from bpframe_optimizers.rated import RatedOptimizer


@dataclass(frozen=True)
class SGD(RatedOptimizer):
    """w ← w - η ∂C/∂w, b ← b - η ∂C/∂b.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.

    Source: equations (20) and (21) of the book.
    """

    other_names = ("gd", "gradient_descent")

    def bind(self, parameters: Parameters) -> Step:
        return GradientStep(parameters, self._rate)
