"""What a training may be made of beside plain steps, for rules that take its steps themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.backprop import StepPlan
from bpframe.core.parameters import Parameters
from bpframe.core.steps import (
    Addition,
    Clip,
    Constraint,
    ElementwiseAddition,
    ElementwiseStep,
    GradientClip,
    GradientStep,
    ScalarAddition,
    ScalarStep,
    Step,
)

RATE = 0.1
# Clips every gradient of the problems, and bounds most of their weights.
SMALL = 1e-3


@dataclass(frozen=True)
class Case:
    """What is around the gradients of one training.

    Attributes
    ----------
    label : str
        What is said of it.
    plan : callable
        Binds what follows each gradient to parameters.
    dropout : float
        Of all hidden layers.
    weighted : bool
        Whether samples have weights.
    """

    label: str
    plan: Callable[[Parameters], StepPlan]
    dropout: float = 0.0
    weighted: bool = False


class Fading(ElementwiseStep):
    """v ← v/2 - η (1 + 1/t) ∂C/∂w, w ← w + v, and weights that shrink: steps with a memory."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters, RATE, ["velocity"], weight_decay=0.2)
        # As if a training went on.
        self.steps[:] = 3
        self.remembered["velocity"][:] = np.linspace(-0.1, 0.1, len(parameters.vector))

    def move(self, w: Array, g: Array, t: int) -> None:
        """Change all parameters."""
        v = self.remembered["velocity"]
        v *= 0.5
        v -= self.learning_rate * (1 + 1 / t) * g
        w += v

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        """Return the same for one."""
        half, one = real(0.5), real(1)

        def step(w: Any, g: Any, rate: Any, t: Any, v: Any) -> Any:
            v = half * v - rate * (one + one / t) * g
            return w + v, v

        return step


class Twice(GradientStep):
    """A step that is taken twice, which its rate does not tell."""

    def __call__(self, gradient: Parameters) -> None:
        """Take it."""
        super().__call__(gradient)
        super().__call__(gradient)


class Cubes(ElementwiseAddition):
    """The addition of w³."""

    def of(self, w: Array) -> Array:
        """Return w³."""
        return w**3

    def scalar(self, real: type[np.floating[Any]]) -> ScalarAddition:
        """Return the same for one weight."""
        return lambda w: w * w * w


class Halved(GradientClip):
    """Halves what is clipped, which its bounds do not tell."""

    def __call__(self, gradient: Parameters) -> None:
        """Clip a gradient."""
        super().__call__(gradient)
        gradient.vector *= 0.5


def signs(parameters: Parameters) -> Step:
    """Return a step of one length for each parameter, with no rate that can be set."""

    def step(gradient: Parameters) -> None:
        parameters.vector[:] -= RATE * np.sign(gradient.vector)

    return step


def pull(parameters: Parameters) -> Addition:
    """Return an addition to the derivatives of biases, too."""

    def add(gradient: Parameters) -> None:
        gradient.vector[:] += parameters.vector

    return add


def bounds(parameters: Parameters) -> Constraint:
    """Return what bounds every parameter."""

    def keep() -> None:
        np.clip(parameters.vector, -SMALL, SMALL, out=parameters.vector)

    return keep


def plain(
    parameters: Parameters,
    *,
    addition: Addition | None = None,
    clip: Clip | None = None,
    constraint: Constraint | None = None,
) -> StepPlan:
    """Return plain steps with something around them."""
    return StepPlan(GradientStep(parameters, RATE), addition, clip, constraint)


RATES_CHANGE = Case("rates that change within an epoch", plain)
REMEMBERS = Case("steps that remember a velocity", lambda p: StepPlan(Fading(p)))
THINNED = Case("dropout", plain, dropout=0.4)
WEIGHTED = Case("samples with weights", plain, weighted=True)
FOLLOWING = [
    Case("a GradientClip of the norm", lambda p: plain(p, clip=GradientClip(norm=SMALL))),
    Case("a GradientClip of values", lambda p: plain(p, clip=GradientClip(value=SMALL))),
    Case("a subclass of GradientClip", lambda p: plain(p, clip=Halved(value=SMALL))),
    Case("an ElementwiseAddition", lambda p: plain(p, addition=Cubes(p))),
    Case("a function that adds to the gradient", lambda p: plain(p, addition=pull(p))),
    Case("a function that bounds the parameters", lambda p: plain(p, constraint=bounds(p))),
    Case("a subclass of GradientStep", lambda p: StepPlan(Twice(p, RATE))),
    Case("a function that takes the step", lambda p: StepPlan(signs(p))),
    Case(
        "steps that remember, an addition, a clip and dropout",
        lambda p: StepPlan(Fading(p), Cubes(p), GradientClip(norm=SMALL)),
        dropout=0.4,
    ),
]
