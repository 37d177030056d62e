"""Explanations of small networks, and what a page holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from bpframe import Activation, Array, Backprop, Cost, Network, Optimizer, Regularizer, Trainer
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Custom, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_explain import Explanation, Sample, explain
from bpframe_initializers import Given, ScaledNormal
from bpframe_optimizers import SGD

PLUGINS = load_plugins()
ACTIVATIONS: dict[str, Activation] = PLUGINS.registry.defaults("activation") | {
    "soft sign": Custom("z/(1+abs(z))", low=-1, high=1)
}
COSTS: dict[str, Cost] = PLUGINS.registry.defaults("cost")

# The worked example, whose source rounds to three digits at every step: sizes 2-3-2.
X, Y = [0.6, 0.4], [0.8, 0.2]
WEIGHTS = [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[0.2, 0.3, 0.4], [0.5, 0.6, 0.7]]]
BIASES = [[0.7, 0.8, 0.9], [1.0, 1.1]]
WITHIN = 2e-3
# The names of ten classes.
DIGITS = tuple("0123456789")


class NotANumber(FullMatrix):
    """A rule with one gradient that is NaN."""

    def bind(self, objective, rng):
        exact = super().bind(objective, rng)

        def gradient(batch, out):
            exact(batch, out)
            out.vector[3] = np.nan

        return gradient


class Halved(FullMatrix):
    """A rule that gives half of the gradient and does not promise more."""

    exact = False

    def bind(self, objective, rng):
        exact = super().bind(objective, rng)

        def gradient(batch, out):
            exact(batch, out)
            out.vector /= 2

        return gradient


def make_trainer(
    sizes: tuple[int, ...],
    activation: Activation,
    output: Activation | None = None,
    cost: Cost | None = None,
    *,
    rule: Backprop | None = None,
    optimizer: Optimizer | None = None,
    regularizer: Regularizer | None = None,
    seed: int = 0,
    dtype: Any = np.float64,
    initializer: Any = None,
    neurons: Any = None,
) -> Trainer:
    """Return the trainer that the command line would build of these parts."""
    first = initializer or ScaledNormal()
    network = Network(
        sizes,
        activation,
        first,
        output_activation=output,
        neurons=neurons,
        seed=seed,
        dtype=dtype,
    )
    cost = cost or Quadratic()
    closed_form = PLUGINS.closed_form(cost, network.activations[-1])
    return Trainer(
        network,
        cost,
        rule or FullMatrix(),
        optimizer or SGD(0.1),
        regularizer,
        seed=seed,
        output_error=closed_form,
    )


def make_sample(x: Any, y: Any, **fields: Any) -> Sample:
    """Return a sample of these numbers."""
    return Sample("a sample", np.array(x, float), np.array(y, float), **fields)


def worked_example(**parts: Any) -> Explanation:
    """Return the worked example, explained."""
    trainer = make_trainer((2, 3, 2), Sigmoid(), initializer=Given(WEIGHTS, BIASES), **parts)
    return explain(trainer, make_sample(X, Y), 1)


def infinite_factors() -> Explanation:
    """Return a network with z = 0 in layer 2, where f′ is infinite."""
    trainer = make_trainer((1, 2, 1), Custom("sqrt(abs(z))"), Sigmoid())
    trainer.network.parameters.biases[0][:] = 0
    return explain(trainer, make_sample([0], [0.2]), 1)


def random_sample(trainer: Trainer, seed: int) -> Sample:
    """Return a sample with inputs from N(0, 1), and targets that the cost accepts."""
    rng = np.random.default_rng(seed)
    sizes, domain = trainer.network.sizes, trainer.objective.cost.domain
    x = rng.standard_normal(sizes[0])
    if domain.sums_to_one:
        return make_sample(x, rng.dirichlet(np.ones(sizes[-1])))
    return make_sample(x, rng.uniform(size=sizes[-1]))


def cost_at(explanation: Explanation, vector: Array) -> float:
    """Return C_x with other weights and biases, by a network made anew."""
    network = explanation.network.copy()
    network.parameters.vector[:] = vector
    sample = explanation.sample
    a = network.forward(sample.x[None])
    return float(explanation.objective.cost.value(a, sample.y[None])[0])


def data_of(page: str | Path) -> dict[str, Any]:
    """Return the data that a page holds."""
    text = page if isinstance(page, str) else page.read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data
