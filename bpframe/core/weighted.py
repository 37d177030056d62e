"""Costs in which samples count more or less: C = (1/m) Σ_x v_x C_x."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe.core.arrays import Array
from bpframe.core.closed_form import PartialOutputError
from bpframe.core.cost import Cost, OutputError
from bpframe.core.interval import Interval
from bpframe.core.network import Network
from bpframe.core.objective import Objective


@dataclass(frozen=True)
class WeightedCost(Cost):
    """v_x C_x, where the weight v_x of a sample stands in a last column behind its targets.

    So whatever a rule does with samples and their targets, the weights go with them, and no rule
    needs to know of them.

    Parameters
    ----------
    cost : Cost
        C_x, of the other columns.
    """

    cost: Cost

    @property
    def domain(self) -> Interval:
        """That of C_x."""
        return self.cost.domain

    @property
    def separable(self) -> bool:
        """Whether C_x is."""
        return self.cost.separable

    def value(self, a: Array, y: Array) -> Array:
        """Return v_x C_x for each sample, from targets and weights (m, n + 1)."""
        return self.cost.value(a, y[..., :-1]) * y[..., -1]

    def gradient(self, a: Array, y: Array) -> Array:
        """Return v_x ∇_a C_x, shape (m, n), from targets and weights (m, n + 1)."""
        return self.cost.gradient(a, y[..., :-1]) * y[..., -1:]


@dataclass(frozen=True)
class WeightedOutputError(PartialOutputError):
    """v_x δ^L, from targets with a last column of weights.

    Parameters
    ----------
    error : callable
        The closed form ``(z, a, y) → δ^L``.
    """

    error: OutputError

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        """Return v_x δ^L, shape (m, n), from targets and weights (m, n + 1)."""
        return self.error(z, a, y[..., :-1]) * y[..., -1:]

    def neurons(self) -> list[int] | None:
        """Return the neurons that have a closed form, from 0; None for all."""
        return self.error.neurons() if isinstance(self.error, PartialOutputError) else None


def weighted_objective(objective: Objective, network: Network) -> Objective:
    """Return the objective of a network for targets with a last column of weights.

    Parameters
    ----------
    objective : Objective
        Its cost and its closed form are weighted.
    network : Network
        The one that is trained: the objective's own, or one that is thinned.
    """
    form = objective.closed_form
    return Objective(
        network, WeightedCost(objective.cost), WeightedOutputError(form) if form else None
    )
