"""The measurement of a gradient: its errors and angles by layer, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bpframe import (
    Backprop,
    Batch,
    Differences,
    ForwardPass,
    GradientFunction,
    NotFinite,
    Objective,
    Parameters,
    Places,
    Verdict,
    angle,
    blas_threads,
    compare,
    first_not_finite,
    verdict_of,
)
from bpframe.errors import ConfigError, DivergedError
from bpframe_gradcheck.comparison import LayerComparison

MEASURED_SECONDS = 0.02


@dataclass(frozen=True)
class Measurement:
    """How near a rule comes to the gradient, and what both cost.

    Attributes
    ----------
    layers : list of LayerComparison
        Each layer after the input.
    angle : float
        Between the rule's direction and the gradient, all layers together, in degrees.
    samples, skipped : int
        The samples that the cost was taken of, and those that cannot be compared, see
        `Differences`.
    forward_seconds, gradient_seconds, differences_seconds : float
        How long one forward pass took, the rule's gradient, and the differences.
    """

    layers: list[LayerComparison]
    angle: float
    samples: int
    skipped: int
    forward_seconds: float
    gradient_seconds: float
    differences_seconds: float

    @property
    def verdict(self) -> Verdict:
        """Whether a rule that promises the gradient gives it."""
        return verdict_of([layer.found for layer in self.layers])

    @property
    def compared(self) -> int:
        """How many weights and biases were compared."""
        return sum(layer.compared for layer in self.layers)

    @property
    def passes(self) -> int:
        """How many forward passes central differences take."""
        return 2 * self.compared

    @property
    def cost_in_forward_passes(self) -> float:
        """How many forward passes the rule's gradient takes as long as."""
        return self.gradient_seconds / self.forward_seconds


def measure(
    rule: Backprop,
    gradient: GradientFunction,
    objective: Objective,
    batch: Batch,
    places: Sequence[Places],
) -> Measurement:
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
        expected = definition.measure(places)
        # `measure` takes more passes than the derivatives need, to see how exact they are.
        seconds_a_pass = (time.perf_counter() - started) / (definition.passes - before)
        kept = ~definition.left_out
        if not kept.any():
            raise ConfigError(
                f"none of the {len(kept)} samples can be compared: a z is so near to a kink of "
                "its activation that differences step over it, or an output is rounded to the end "
                "of what the cost accepts. Try more task.samples, another seed or initializer"
            )
        cost = float(definition.costs[kept].mean())
        batch = batch.take(kept)
        # Before the rule is asked, so that it is not blamed for an f or f′ that is no number.
        found = first_not_finite(objective.network, batch.x_one)
        if found or not np.isfinite(np.concatenate([[cost], *(e.values for e in expected)])).all():
            found = found or NotFinite(f"the cost at the first weights is {cost:.3g}")
            raise DivergedError(
                f"there is no gradient to compare: {found.where}, and not all differences are "
                f"finite. {found.advice}"
            )
        out = Parameters(parameters.sizes, np.float64)
        # What a rule does not write must not pass for a derivative of 0.
        out.vector.fill(np.nan)
        gradient(batch, out)
        given = [out.vector[p] for p in places]
        layers = [
            LayerComparison(
                number, block.size, len(g), angle(g, e.values), compare(g, e, rule.tolerance, cost)
            )
            for number, (block, g, e) in enumerate(
                zip(parameters.blocks, given, expected, strict=True), 2
            )
        ]
        forward = ForwardPass(objective.network, len(batch.x))
        return Measurement(
            layers,
            angle(np.concatenate(given), np.concatenate([e.values for e in expected])),
            samples=len(batch.x),
            skipped=len(kept) - len(batch.x),
            forward_seconds=seconds(partial(forward, batch.x_one)),
            gradient_seconds=seconds(partial(gradient, batch, out)),
            differences_seconds=seconds_a_pass * 2 * sum(map(len, places)),
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
