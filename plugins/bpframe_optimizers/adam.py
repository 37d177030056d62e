"""Adam: a step for each parameter from the mean and the mean square of its derivatives."""

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
class Adam(RatedOptimizer):
    """w ← w - η m̂ / (√v̂ + eps), from fading means m of ∂C/∂w and v of its square.

    m ← β₁ m + (1 - β₁) ∂C/∂w, v ← β₂ v + (1 - β₂) (∂C/∂w)²; as both begin at 0, m̂ = m / (1 - β₁^t)
    and v̂ = v / (1 - β₂^t) at step t. The defaults are those of the paper and of PyTorch.

    Parameters
    ----------
    learning_rate : float or "auto"
        η, the paper's α; "auto" measures one before the training.
    beta1 : float
        β₁, 0 or more, and less than 1.
    beta2 : float
        β₂, 0 or more, and less than 1.
    eps : float
        The paper's ε, greater than 0.

    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fraction("beta1", self.beta1)
        check_fraction("beta2", self.beta2)
        check_positive("eps", self.eps)

    def bind(self, parameters: Parameters) -> Step:
        return AdamStep(parameters, self._rate, (self.beta1, self.beta2), self.eps)


class AdamStep(RootStep):
    """The steps of `Adam` and `AdamW`.

    What is remembered is ``derivatives``, m / ((1 - β₁) β₁^k), and ``squares``,
    v / ((1 - β₂) β₂^k): fading sums as `FadingSum` keeps them.
    """

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float = 0.0,
    ) -> None:
        names = ["derivatives", "squares"]
        super().__init__(parameters, learning_rate, names, eps, weight_decay)
        self._m, self._v = (
            FadingSum(self.remembered[name], beta) for name, beta in zip(names, betas, strict=True)
        )

    def move(self, w: Array, g: Array, t: int) -> None:
        m, v = self._m, self._v
        mean = m.add(g, t) * (1 - m.beta) / (1 - m.beta**t)
        root = math.sqrt(v.add(self._squares_of(g), t) * (1 - v.beta) / (1 - v.beta**t))
        self._divide(w, m.kept, v.kept, root, self.learning_rate * mean)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        period1, beta1, anew1, smallest = fading(self._m.beta, real)
        period2, beta2, anew2, _ = fading(self._v.beta, real)
        eps, zero, one = real(self._eps), real(0), real(1)

        def step(w: Any, g: Any, rate: Any, t: Any, m: Any, v: Any) -> Any:
            k1, k2 = t % period1, t % period2
            if k1 == zero:
                m = m * anew1
                m = m if abs(m) >= smallest else zero
            if k2 == zero:
                v = v * anew2
                v = v if v >= smallest else zero
            # No division by what is the same for all numbers, for compilers would do it for each.
            m = m + g * beta1**-k1
            v = v + g * g * beta2**-k2
            root = math.sqrt(beta2**k2 * (one - beta2) / (one - beta2**t))
            begun = one - beta1**t
            mean = rate * (one - beta1) * beta1**k1
            return w - mean * m / (begun * root * math.sqrt(v) + begun * eps), m, v

        return step
