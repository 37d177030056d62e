"""RMSprop: a step for each parameter that is divided by the size of its latest derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, Parameters, ScalarStep, Step
from bpframe_optimizers.fading import FadingSum, fading
from bpframe_optimizers.ranges import check_fraction, check_positive
from bpframe_optimizers.rated import RatedOptimizer
from bpframe_optimizers.root import RootStep


@dataclass(frozen=True)
class RMSprop(RatedOptimizer):
    """w ← w - η ∂C/∂w / (√v + eps), where v ← ρ v + (1 - ρ) (∂C/∂w)².

    The defaults are those of PyTorch, which calls ρ alpha; Keras has 0.9, and adds eps below the
    root.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.
    rho : float
        ρ, 0 or more, and less than 1.
    eps : float
        Added to √v, greater than 0.

    Source: Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5.
    """

    rho: float = 0.99
    eps: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fraction("rho", self.rho)
        check_positive("eps", self.eps)

    def bind(self, parameters: Parameters) -> Step:
        return RMSpropStep(parameters, self._rate, self.rho, self.eps)


class RMSpropStep(RootStep):
    """The steps of `RMSprop`; ``squares`` is v / ((1 - ρ) ρ^k), see `FadingSum`."""

    def __init__(
        self, parameters: Parameters, learning_rate: float, rho: float, eps: float
    ) -> None:
        super().__init__(parameters, learning_rate, ["squares"], eps)
        self._v = FadingSum(self.remembered["squares"], rho)

    def move(self, w: Array, g: Array, t: int) -> None:
        v = self._v
        root = math.sqrt(v.add(self._squares_of(g), t) * (1 - v.beta))
        self._divide(w, g, v.kept, root, self.learning_rate)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        period, rho, anew, smallest = fading(self._v.beta, real)
        eps, zero, one = real(self._eps), real(0), real(1)

        def step(w: Any, g: Any, rate: Any, t: Any, v: Any) -> Any:
            k = t % period
            if k == zero:
                v = v * anew
                v = v if v >= smallest else zero
            # No division by what is the same for all numbers, for compilers would do it for each.
            v = v + g * g * rho**-k
            root = math.sqrt(rho**k * (one - rho))
            return w - rate * g / (root * math.sqrt(v) + eps), v

        return step
