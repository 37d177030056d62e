"""AdaGrad: a step for each parameter that shrinks with all of its derivatives so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, Parameters, ScalarStep, Step
from bpframe_optimizers.ranges import check_positive
from bpframe_optimizers.rated import RatedOptimizer
from bpframe_optimizers.root import RootStep


@dataclass(frozen=True)
class AdaGrad(RatedOptimizer):
    """w ← w - η ∂C/∂w / (√v + eps), where v ← v + (∂C/∂w)².

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.
    eps : float
        Added to √v, greater than 0; the default is PyTorch's.

    Source: Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online learning and
    stochastic optimization", with diagonal matrices.
    """

    eps: float = 1e-10

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive("eps", self.eps)

    def bind(self, parameters: Parameters) -> Step:
        return AdaGradStep(parameters, self._rate, ["squares"], self.eps)


class AdaGradStep(RootStep):
    """The steps of `AdaGrad`; ``squares`` is v."""

    def move(self, w: Array, g: Array, t: int) -> None:
        v = self.remembered["squares"]
        self._axpy(self._squares_of(g), v)
        self._divide(w, g, v, 1.0, self.learning_rate)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        eps = real(self._eps)

        def step(w: Any, g: Any, rate: Any, t: Any, v: Any) -> Any:
            v = v + g * g
            return w - rate * g / (math.sqrt(v) + eps), v

        return step
