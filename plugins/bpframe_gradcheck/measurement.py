"""One check of a gradient: its errors and angles by layer, and what it and the definition cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bpframe import (
    Array,
    Backprop,
    Batch,
    Differences,
    ForwardPass,
    GradientFunction,
    Objective,
    Parameters,
    Places,
    blas_threads,
    first_not_finite,
)
from bpframe.core.differences import ROUNDING
from bpframe.core.not_finite import SMALLER
from bpframe.errors import ConfigError, DivergedError
from bpframe_gradcheck.comparison import LayerCheck, angle, verdict_of

STEP = 2.0**-17
MEASURED_SECONDS = 0.02


@dataclass(frozen=True)
class Check:
    """What a check has found.

    Attributes
    ----------
    layers : list of LayerCheck
        Each layer after the input.
    angle : float
        Between the rule's direction and the gradient, all layers together, in degrees.
    samples, skipped : int
        The samples that the cost was taken of, and those that cannot be compared, see
        `Differences`.
    passes : int
        The forward passes that the differences took.
    forward_seconds, gradient_seconds, differences_seconds : float
        How long one forward pass took, the rule's gradient, and the differences.
    """

    layers: list[LayerCheck]
    angle: float
    samples: int
    skipped: int
    passes: int
    forward_seconds: float
    gradient_seconds: float
    differences_seconds: float

    @property
    def verdict(self) -> str:
        """Whether a rule that claims to be the gradient is it."""
        return verdict_of(self.layers)

    @property
    def checked(self) -> int:
        """How many weights and biases were compared."""
        return sum(layer.checked for layer in self.layers)

    @property
    def cost_in_forward_passes(self) -> float:
        """How many forward passes the rule's gradient takes as long as."""
        return self.gradient_seconds / self.forward_seconds


def check(
    rule: Backprop,
    gradient: GradientFunction,
    objective: Objective,
    batch: Batch,
    places: Sequence[Places],
) -> Check:
    """Compare what a rule gives with central differences.

    Parameters
    ----------
    rule, gradient
        The rule, and what its `bind` gave for the objective.
    objective : Objective
        The network, in float64, and the cost.
    batch : Batch
        The samples, in float64.
    places : sequence of arrays of int
        For each layer, the parameters that are compared, by their place in
        ``parameters.vector``.

    Raises
    ------
    ConfigError
        If no sample can be compared.
    DivergedError
        If the cost is not finite.
    """
    parameters = objective.network.parameters
    with (
        blas_threads(len(parameters.vector), len(batch.x)),
        np.errstate(over="ignore", invalid="ignore", divide="ignore"),
    ):
        definition = Differences(objective, batch)
        before = definition.passes
        started = time.perf_counter()
        at_step = [definition(p, STEP) for p in places]
        differences_seconds = time.perf_counter() - started
        passes = definition.passes - before
        at_double = [definition(p, 2 * STEP) for p in places]
        kept = ~definition.left_out
        if not kept.any():
            raise ConfigError(
                f"none of the {len(kept)} samples can be compared: a z is so near to a kink of "
                "its activation that differences step over it, or an output is rounded to the end "
                "of what the cost accepts. Try more task.samples, another seed or initializer"
            )
        expected = [of_samples[:, kept].mean(axis=1) for of_samples in at_step]
        doubled = [of_samples[:, kept].mean(axis=1) for of_samples in at_double]
        cost = float(definition.costs[kept].mean())
        batch = Batch(*(array[kept] for array in batch))
        # Before the rule is asked, so that it is not blamed for an f or f′ that is no number.
        found = first_not_finite(objective.network, batch.x_one)
        if found or not all(np.isfinite(n).all() for n in (cost, *expected, *doubled)):
            where = found.where if found else f"the cost at the first weights is {cost:.3g}"
            raise DivergedError(
                f"there is no gradient to compare: {where}, and not all differences are finite. "
                f"{found.advice if found else SMALLER}"
            )
        out = Parameters(parameters.sizes, np.float64)
        # What a rule does not write must not pass for a derivative of 0.
        out.vector.fill(np.nan)
        gradient(batch, out)
        given = [out.vector[p] for p in places]
        scale = max(abs(cost), 1)
        rounding = (ROUNDING * scale + float(definition.rounding[kept].mean())) / STEP
        layers = [
            compare(number, block.size, g, e, d, rule.tolerance, scale, rounding)
            for number, (block, g, e, d) in enumerate(
                zip(parameters.blocks, given, expected, doubled, strict=True), 2
            )
        ]
        forward = ForwardPass(objective.network, len(batch.x))
        return Check(
            layers,
            angle(np.concatenate(given), np.concatenate(expected)),
            samples=len(batch.x),
            skipped=len(kept) - len(batch.x),
            passes=passes,
            forward_seconds=seconds(partial(forward, batch.x_one)),
            gradient_seconds=seconds(partial(gradient, batch, out)),
            differences_seconds=differences_seconds,
        )


def compare(
    number: int,
    parameters: int,
    given: Array,
    expected: Array,
    doubled: Array,
    tolerance: float,
    scale: float,
    rounding: float,
) -> LayerCheck:
    """Return the comparison of a layer's derivatives.

    What is allowed is the sum of what the rule claims and of what the differences resolve. The
    latter is measured: the error of their formula grows with ε², so that three times of it shows
    when ε is doubled, and twice what shows is allowed. Their rounding shows too, but of few
    derivatives by luck only, so that it is added.

    Parameters
    ----------
    number, parameters
        See `LayerCheck`.
    given, expected, doubled : arrays, shape (p,)
        The derivatives by the rule, by differences, and by differences with twice the step.
    tolerance : float
        What the rule claims, see `bpframe.Backprop.tolerance`.
    scale : float
        The cost, at least 1.
    rounding : float
        What a rounded cost does to a difference: the change of C in its last digit, and by the
        last digit of the outputs, divided by ε.
    """
    largest = float(abs(expected).max())
    claimed = tolerance * max(largest, scale)
    resolved = 2 * float(abs(doubled - expected).max()) + rounding
    return LayerCheck(
        number,
        parameters,
        checked=len(expected),
        largest=largest,
        difference=float(abs(given - expected).max()),
        allowance=claimed + resolved,
        angle=angle(given, expected),
    )


def seconds(call: Callable[[], object]) -> float:
    """Return the shortest time of a call: whatever else the machine does only adds to it."""
    shortest, left = float("inf"), MEASURED_SECONDS
    while left > 0:
        started = time.perf_counter()
        call()
        taken = time.perf_counter() - started
        shortest, left = min(shortest, taken), left - taken
    return shortest
