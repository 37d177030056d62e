"""Everything that is shown of one sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpframe import (
    Batch,
    Differences,
    Network,
    Objective,
    Parameters,
    Trainer,
    first_not_finite,
    stream,
    with_ones,
)
from bpframe.core.differences import ROUNDING, resolves
from bpframe.errors import ConfigError
from bpframe_explain.notation import Names
from bpframe_explain.passes import Layer, both_passes
from bpframe_explain.paths import Paths, count_paths
from bpframe_explain.sample import Sample
from bpframe_explain.selection import Places, neurons_drawn, selected

MOST_DIFFERENCES = 5_000
MOST_PATHS = 2_000
EPSILON = 1e-5
ROUNDED = "an output is rounded to the end of what the cost accepts"


@dataclass(frozen=True)
class Explanation:
    """One sample, what each layer makes of it, and the step that it would cause.

    All numbers are float64. Each `Parameters` holds a number for each weight and bias.

    Attributes
    ----------
    sample : Sample
        The sample.
    objective : Objective
        The network before the step, in float64, and the cost.
    trainer : Trainer
        What the network is trained with.
    layers : list of Layer
        The two passes; ``layers[i]`` belongs to ``weights[i]``.
    cost, cost_after : float
        C_x before and after the step.
    gradient : Parameters
        What the backprop rule gives for this sample alone: (BP3), (BP4) if it is exact.
    penalty : Parameters or None
        The gradient of the regularizer's penalty, if there is one.
    after : Parameters
        Weights and biases after the optimizer's first step.
    drawn : list of list of int
        The neurons of each layer that are drawn, the input first.
    places : list of Places
        The parameters of each layer that are shown one by one.
    differences : Parameters
        (46); NaN where it was not computed.
    resolution : float
        What (46) itself may be off by: twice what changes if ε is doubled, and rounding.
    at_end : bool
        Whether an output is rounded to the end of what the cost accepts.
    over_kink : bool
        Whether a step of (46) carries some z over a kink of its activation.
    paths : Paths or None
        (53), path by path, for networks with few paths.
    path_sums : Parameters or None
        (53), summed.
    path_count : int
        How many paths there are.
    names : dict
        What classes of components are called on the command line.
    """

    sample: Sample
    objective: Objective
    trainer: Trainer
    layers: list[Layer]
    cost: float
    cost_after: float
    gradient: Parameters
    penalty: Parameters | None
    after: Parameters
    drawn: list[list[int]]
    places: list[Places]
    differences: Parameters
    resolution: float
    at_end: bool
    over_kink: bool
    paths: Paths | None
    path_sums: Parameters | None
    path_count: int
    names: Names

    @property
    def network(self) -> Network:
        """The network before the step, in float64."""
        return self.objective.network

    @property
    def step(self) -> Parameters:
        """What the step adds to each weight and bias."""
        step = self.after.copy()
        step.vector -= self.network.parameters.vector
        return step

    @property
    def compared(self) -> int:
        """How many gradients (46) was computed for."""
        return int(np.isfinite(self.differences.vector).sum())

    @property
    def largest_gradient(self) -> float:
        """The largest size of a gradient by (46)."""
        known = np.isfinite(self.differences.vector)
        return float(np.abs(self.differences.vector[known]).max(initial=0))

    @property
    def largest_difference(self) -> float:
        """The largest difference between the rule's gradient and (46)."""
        compared = np.isfinite(self.differences.vector)
        # A gradient that is NaN must not be passed over.
        return float(
            np.abs(self.gradient.vector - self.differences.vector)[compared].max(initial=0)
        )

    @property
    def agrees(self) -> bool:
        """Whether that is what the rule claims and what (46) may be off by, and no more."""
        return not self.unresolved and self.largest_difference <= self.allowance

    @property
    def allowance(self) -> float:
        """The largest difference that is allowed: what the rule claims, and the resolution."""
        scale = max(self.largest_gradient, abs(self.cost), 1)
        return self.trainer.backprop.tolerance * scale + self.resolution

    @property
    def unresolved(self) -> str:
        """Why (46) cannot tell whether the rule gives the gradient; empty if it can."""
        difference, largest = self.largest_difference, self.largest_gradient
        if not np.isfinite(difference):
            return ""
        if self.at_end:
            return ROUNDED
        if self.over_kink:
            return "a step leads over a kink of an activation"
        # As in a comparison of gradcheck: a difference that is too large shows all the same.
        if difference <= self.allowance and not resolves(self.allowance, largest):
            return (
                f"gradients are up to {largest:.1e}, and a difference of "
                f"{self.allowance:.1e} is allowed"
            )
        return ""


def explain(
    trainer: Trainer,
    sample: Sample,
    training_samples: int,
    weights: Path | None = None,
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
        _load(network.parameters, weights)
    given = trainer.objective
    try:
        given.check_targets(sample.y[None], f"the targets of {sample.name}")
    except ValueError as error:
        raise ConfigError(str(error)) from error
    objective = Objective(network, given.cost, given.closed_form)
    # Weights that are far too large are reported below, where the cost is not finite.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        layers = both_passes(objective, sample)
        cost = float(objective.cost.value(layers[-1].a, sample.y))
        _check_finite(cost, network, _batch(sample))
        gradient = _gradient(objective, trainer, sample)
        penalty, after = _step(trainer, network.parameters, gradient, training_samples)
        moved = Objective(network.copy(), given.cost)
        moved.network.parameters.vector[:] = after.vector
        cost_after = moved.value(sample.x[None], sample.y[None])
        drawn = neurons_drawn(sample, layers)
        places = selected(network.parameters, gradient, after, drawn)
        path_count = count_paths(layers)
        few = path_count <= MOST_PATHS
        paths = Paths(layers, network.parameters.weights) if few else None
        definition = Differences(objective, _batch(sample))
        differences, resolution = _differences(definition, network.parameters, cost, places)
        return Explanation(
            sample=sample,
            objective=objective,
            trainer=trainer,
            layers=layers,
            cost=cost,
            cost_after=cost_after,
            gradient=gradient,
            penalty=penalty,
            after=after,
            drawn=drawn,
            places=places,
            differences=differences,
            resolution=resolution,
            at_end=bool(definition.at_end[0]),
            over_kink=bool(definition.over_kink[0]),
            paths=paths,
            path_sums=_path_sums(paths, network.parameters) if paths else None,
            path_count=path_count,
            names=names or {},
        )


def _load(parameters: Parameters, path: Path) -> None:
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


def _batch(sample: Sample) -> Batch:
    x_one = with_ones(sample.x[None], float)
    return Batch(x_one[:, :-1], sample.y[None], x_one)


def _gradient(objective: Objective, trainer: Trainer, sample: Sample) -> Parameters:
    """Return what the rule gives for a batch of this one sample."""
    compute = trainer.backprop.bind(objective, stream(trainer.seed, "feedback"))
    gradient = Parameters(objective.network.sizes, float)
    compute(_batch(sample), gradient)
    return gradient


def _step(
    trainer: Trainer, parameters: Parameters, gradient: Parameters, n: int
) -> tuple[Parameters | None, Parameters]:
    """Return the penalty's gradient, and the parameters after the optimizer's first step."""
    after, total = parameters.copy(), gradient.copy()
    step = trainer.optimizer.bind(after)
    add: Callable[[Parameters], None] | None = None
    if trainer.regularizer:
        add = trainer.regularizer.bind(after, n)
    penalty = None
    if add:
        penalty = Parameters(parameters.sizes, float)
        add(penalty)
        add(total)
    step(total)
    return penalty, after


def _differences(
    definition: Differences, parameters: Parameters, cost: float, places: list[Places]
) -> tuple[Parameters, float]:
    """Return (46) for every parameter, or in a large network for those shown; and its resolution.

    The error of central differences grows with ε²: three times of it shows if ε is doubled.
    """
    found, numbers = parameters.copy(), parameters.copy()
    numbers.vector[:] = np.arange(len(numbers.vector))
    wanted = numbers.vector
    if len(wanted) > MOST_DIFFERENCES:
        shown = [b[p.j, p.k] for b, p in zip(numbers.blocks, places, strict=True)]
        wanted = np.concatenate(shown)
    indices = wanted.astype(int)
    at_step, at_double = (definition(indices, step)[:, 0] for step in (EPSILON, 2 * EPSILON))
    found.vector.fill(np.nan)
    found.vector[indices] = at_step
    formula = np.abs(at_double - at_step)
    rounding = (ROUNDING * max(1, abs(cost)) + float(definition.rounding[0])) / EPSILON
    return found, 2 * float(formula[np.isfinite(formula)].max(initial=0)) + rounding


def _path_sums(paths: Paths, parameters: Parameters) -> Parameters:
    """Return (53) of every weight and bias."""
    sums = Parameters(parameters.sizes, float)
    for i, block in enumerate(sums.blocks):
        for j, k in np.ndindex(block.shape):
            block[j, k] = sum(path.value for path in paths.of(i, j, k))
    return sums
