"""Networks with a mini-batch and the gradient by differences, for rules to be tried on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.cost import Cost, OutputError
from bpframe.core.data import Batch, make_batch
from bpframe.core.differences import Differences, places_of
from bpframe.core.judgement import Derivatives
from bpframe.core.network import ForwardPass
from bpframe.core.objective import Objective
from bpframe.core.parameters import Parameters
from bpframe.testing.closed_form import checks_of_activation
from bpframe.testing.partners import Partners, is_sound
from bpframe.testing.samples import make_network, targets_for

# 3 neurons behind 3: a matrix that is transposed by mistake fits there.
NO_HIDDEN, ONE_HIDDEN, TWO_HIDDEN = (3, 2), (3, 4, 2), (2, 3, 3, 2)
SAMPLES = 5
FROM_KINK = 0.02
SMALLEST_GRADIENT = 1e-4
# What differences may be off by, as a share of the largest derivative.
TRUSTED = 1e-6
SEEDS = 100


@dataclass(frozen=True)
class Problem:
    """A network, a cost and a mini-batch; each objective that it makes is a new one.

    Attributes
    ----------
    label : str
        Sizes, activations and cost.
    sizes : tuple of int
        Neurons of each layer.
    activations : tuple of Activation
        Of each layer after the input.
    cost : Cost
        Accepts the outputs.
    output_error : callable or None
        The closed form of δ^L, if there is one.
    seed : int
        Of the first weights, inputs and targets.
    """

    label: str
    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    cost: Cost
    output_error: OutputError | None
    seed: int

    def objective(self, dtype: Any = np.float64) -> Objective:
        """Return a new network with the cost of its outputs."""
        network = make_network(self.sizes, self.activations, seed=self.seed, dtype=dtype)
        return Objective(network, self.cost, self.output_error)

    def batch(self, m: int = SAMPLES, *, turn: int = 0, dtype: Any = np.float64) -> Batch:
        """Return a mini-batch of m samples, another one for each turn."""
        rng = np.random.default_rng([self.seed, turn])
        x = rng.standard_normal((m, self.sizes[0]))
        y = targets_for(self.cost, rng, (m, self.sizes[-1]))
        return make_batch(x.astype(dtype), y.astype(dtype))

    @cached_property
    def value(self) -> float:
        """The cost of the first mini-batch."""
        batch = self.batch()
        return self.objective().value(batch.x, batch.y)

    @cached_property
    def derivatives(self) -> list[Derivatives]:
        """The derivatives of each layer for the first mini-batch, by differences."""
        return derivatives_of(self.objective(), self.batch())

    @cached_property
    def expected(self) -> Parameters:
        """The same as the gradient."""
        expected = Parameters(self.sizes, np.float64)
        expected.vector[:] = np.concatenate([layer.values for layer in self.derivatives])
        return expected


def derivatives_of(objective: Objective, batch: Batch) -> list[Derivatives]:
    """Return the derivatives of each layer by differences, found without any rule."""
    return Differences(objective, batch).measure(places_of(objective.network.parameters))


@cache
def problems(partners: Partners) -> list[Problem]:
    """Return a problem for each pair of output activation and cost, and more for some.

    Hidden layers have the output's activation in every other pair, and mixed ones in the rest.
    """
    activations, costs = partners.activations, partners.costs
    pairs = [
        (f, c) for c in costs for f in activations if costs[c].domain.holds(activations[f].range)
    ]
    following = dict(pairwise([*activations, *activations]))
    draw = partial(_draw, partners)
    made: list[Problem | None] = []
    for number, (f, c) in enumerate(pairs):
        if number % 2:
            made.append(draw(TWO_HIDDEN, (following[f], f, f), c))
        else:
            made.append(draw(ONE_HIDDEN, (f, f), c))
        if c not in [other for _, other in pairs[:number]]:
            made.append(draw(NO_HIDDEN, (f,), c))
    return [problem for problem in made if problem]


def _draw(
    partners: Partners, sizes: tuple[int, ...], layers: tuple[str, ...], c: str
) -> Problem | None:
    """Return the first problem whose differences are worth comparing with, if there is one."""
    fs, cost = tuple(partners.activations[name] for name in layers), partners.costs[c]
    form = (
        partners.closed_form(cost, fs[-1])
        if is_sound(checks_of_activation(fs[-1], partners))
        else None
    )
    label = " ".join(["-".join(map(str, sizes)), *layers, c])
    drawn = (Problem(label, sizes, fs, cost, form, seed) for seed in range(SEEDS))
    # Where one activation feeds another, numbers may overflow that are fine alone.
    with np.errstate(all="ignore"):
        return next(filter(_is_worth_it, drawn), None)


def _is_worth_it(problem: Problem) -> bool:
    """Return whether no z is near a kink, every layer has a gradient, and it is known well."""
    objective, batch = problem.objective(), problem.batch()
    forward = ForwardPass(objective.network, len(batch.x))
    forward(batch.x_one)
    all_z = np.concatenate([z.ravel() for z in forward.z])
    kinks = np.array([np.inf, *(kink for f in problem.activations for kink in f.kinks)])
    if not np.abs(all_z[:, np.newaxis] - kinks).min() > FROM_KINK:
        return False
    return all(
        layer.largest > SMALLEST_GRADIENT and layer.resolution < TRUSTED * layer.largest
        for layer in problem.derivatives
    )
