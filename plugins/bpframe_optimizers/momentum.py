"""Gradient descent with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, ElementwiseStep, Parameters, ScalarStep, Step, blas_routine
from bpframe_optimizers.fading import FadingSum, fading
from bpframe_optimizers.ranges import check_fraction
from bpframe_optimizers.rated import RatedOptimizer


@dataclass(frozen=True)
class Momentum(RatedOptimizer):
    """v ← μ v - η ∂C/∂w, w ← w + v; with nesterov w ← w + μ v - η ∂C/∂w.

    It is the form of the book and of Keras, whose velocity is a length: each gradient keeps the
    rate of its own step. PyTorch has v ← μ v + ∂C/∂w, w ← w - η v, and there a rate that a schedule
    changes is at once that of all earlier gradients too. With a constant rate both give the same
    steps. So do Nesterov's forms; they are written for w + μ v, the place where the gradient is
    taken, and not for w.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.
    momentum : float
        μ, 0 or more, and less than 1: the share of the velocity that a step keeps. The book calls
        it the momentum co-efficient.
    nesterov : bool
        Whether the gradient is that of the place where the velocity leads.

    Source: the book, chapter 3, equations (107) and (108); Nesterov's form from Bengio,
    Boulanger-Lewandowski & Pascanu 2013, "Advances in optimizing recurrent networks".
    """

    other_names = ("heavy_ball", "nesterov", "nag", "sgd_momentum")

    momentum: float = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fraction("momentum", self.momentum)

    def bind(self, parameters: Parameters) -> Step:
        return MomentumStep(parameters, self._rate, self.momentum, self.nesterov)


class MomentumStep(ElementwiseStep):
    """The steps of `Momentum`; ``velocity`` is v / μ^k, see `FadingSum`."""

    def __init__(
        self, parameters: Parameters, learning_rate: float, momentum: float, nesterov: bool
    ) -> None:
        super().__init__(parameters, learning_rate, ["velocity"])
        velocity = self.remembered["velocity"]
        self._velocity = FadingSum(velocity, momentum)
        self._nesterov = nesterov
        self._axpy = blas_routine("axpy", velocity)

    def move(self, w: Array, g: Array, t: int) -> None:
        velocity = self._velocity
        rate = self.learning_rate
        scale = velocity.add(g, t, -rate)
        if self._nesterov:
            self._axpy(g, w, a=-rate)
            scale *= velocity.beta
        self._axpy(velocity.kept, w, a=scale)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        period, mu, anew, smallest = fading(self._velocity.beta, real)
        nesterov, zero = self._nesterov, real(0)

        def step(w: Any, g: Any, rate: Any, t: Any, v: Any) -> Any:
            k = t % period
            if k == zero:
                v = v * anew
                v = v if abs(v) >= smallest else zero
            v = v - rate * mu**-k * g
            w = w + mu * mu**k * v - rate * g if nesterov else w + mu**k * v
            return w, v

        return step
