"""The computation of everything that is shown of one sample."""

from __future__ import annotations

import pathlib

import numpy as np

from bpframe import (
    Batch,
    Comparison,
    Differences,
    Network,
    Objective,
    Parameters,
    Paths,
    Trainer,
    compare,
    count_paths,
    first_not_finite,
    make_batch,
    places_of,
    remark_of,
    stream,
)
from bpframe.errors import ConfigError
from bpframe_explain.explanation import Explanation
from bpframe_explain.notation import Names
from bpframe_explain.passes import both_passes
from bpframe_explain.sample import Sample
from bpframe_explain.selection import Selection, neurons_drawn, selected

MOST_DIFFERENCES = 5_000
MOST_PATHS = 2_000


def explain(
    trainer: Trainer,
    sample: Sample,
    training_samples: int,
    weights: pathlib.Path | None = None,
    names: Names | None = None,
) -> Explanation:
    """Explain one sample, on a copy of the trainer's network in float64.

    Parameters
    ----------
    trainer : Trainer
        Its network, cost, rule, optimizer and regularizer; they are left as they are.
    sample : Sample
        The sample.
    training_samples : int
        Size of the training set, for the regularizer.
    weights : pathlib.Path, optional
        A file of weights and biases to explain instead of the network's own.
    names : mapping, optional
        What classes of components are called on the command line; others go by their own names.

    Raises
    ------
    ValueError
        If the learning rate is still ``auto``.
    ConfigError
        If the file of weights cannot be used, the targets do not fit the cost, or the cost of the
        sample is not finite.
    """
    network = trainer.network.copy(np.float64)
    if weights:
        load_weights(network.parameters, weights)
    given = trainer.objective
    try:
        given.check_targets(sample.y[None], f"the targets of {sample.name}")
    except ValueError as error:
        raise ConfigError(str(error)) from error
    objective = given.with_network(network)
    # Weights that are far too large are reported below, where the cost is not finite.
    batch = make_batch(sample.x[np.newaxis], sample.y[np.newaxis])
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        layers = both_passes(objective, sample)
        cost = float(objective.cost.value(layers[-1].a, sample.y))
        _check_finite(cost, network, batch)
        compute = trainer.backprop.bind(objective, stream(trainer.seed, "feedback"))
        gradient = Parameters(network.sizes, float)
        compute(batch, gradient)
        penalty, after = _step(trainer, network.parameters, gradient, training_samples)
        moved = Objective(network.copy(), given.cost)
        moved.network.parameters.vector[:] = after.vector
        cost_after = moved.value(sample.x[None], sample.y[None])
        drawn = neurons_drawn(sample, layers)
        selections = selected(network.parameters, gradient, after, drawn)
        path_count = count_paths(network)
        paths = Paths.of_batch(objective, batch) if path_count <= MOST_PATHS else None
        definition = Differences(objective, batch)
        differences, comparisons = _differences(
            definition, gradient, selections, trainer.backprop.tolerance
        )
        return Explanation(
            sample=sample,
            objective=objective,
            trainer=trainer,
            layers=layers,
            cost=cost,
            cost_after=cost_after,
            gradient=gradient,
            remark=remark_of(trainer.backprop, compute),
            penalty=penalty,
            after=after,
            drawn=drawn,
            selections=selections,
            differences=differences,
            comparisons=comparisons,
            at_end=bool(definition.at_end[0]),
            over_kink=bool(definition.over_kink[0]),
            paths=paths,
            path_count=path_count,
            names=names or {},
        )


def load_weights(parameters: Parameters, path: pathlib.Path) -> None:
    try:
        parameters.load(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"task.weights: {error}") from error


def _check_finite(cost: float, network: Network, batch: Batch) -> None:
    if np.isfinite(cost):
        return
    found = first_not_finite(network, batch.x_one)
    where = found.where if found else "the cost is the first that overflows"
    raise ConfigError(
        f"the cost of the sample is not finite: {where}. "
        + (found.advice if found else "Give smaller inputs or weights.")
    )


def _step(
    trainer: Trainer, parameters: Parameters, gradient: Parameters, n: int
) -> tuple[Parameters | None, Parameters]:
    """Return the penalty's gradient, and the parameters after the optimizer's first step."""
    after, total = parameters.copy(), gradient.copy()
    plan, penalty = trainer.plan(after, n), None
    if plan.addition:
        penalty = Parameters(parameters.sizes, float)
        plan.addition(penalty)
    for change in plan.changes():
        change(total)
    return penalty, after


def _differences(
    definition: Differences, gradient: Parameters, selections: list[Selection], tolerance: float
) -> tuple[Parameters, list[Comparison]]:
    """Return (46) and the comparisons with it: of all parameters, or of those shown of many."""
    places = places_of(gradient)
    if len(gradient.vector) > MOST_DIFFERENCES:
        places = [
            p.reshape(block.shape)[s.j, s.k]
            for p, block, s in zip(places, gradient.blocks, selections, strict=True)
        ]
    found, cost = Parameters(gradient.sizes, float), float(definition.costs[0])
    found.vector.fill(np.nan)
    comparisons = []
    for p, derivatives in zip(places, definition.measure(places), strict=True):
        found.vector[p] = derivatives.values
        comparisons.append(compare(gradient.vector[p], derivatives, tolerance, cost))
    return found, comparisons
