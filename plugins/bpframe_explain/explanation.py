"""Everything that is shown of one sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpframe import (
    Comparison,
    Network,
    Objective,
    Parameters,
    Path,
    Paths,
    Trainer,
    Verdict,
    verdict_of,
)
from bpframe_explain.notation import Names
from bpframe_explain.passes import Layer
from bpframe_explain.sample import Sample
from bpframe_explain.selection import Selection

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
    remark : str
        Whose that is, if another rule stands in; see `bpframe.StandIn`.
    penalty : Parameters or None
        The gradient of the regularizer's penalty, if there is one.
    after : Parameters
        Weights and biases after the optimizer's first step.
    drawn : list of list of int
        The neurons of each layer that are drawn, the input first.
    selections : list of Selection
        The parameters of each layer that are shown one by one.
    differences : Parameters
        (46); NaN where it was not computed.
    comparisons : list of Comparison
        The rule's gradient beside (46), for each layer.
    at_end : bool
        Whether an output is rounded to the end of what the cost accepts.
    over_kink : bool
        Whether a difference of (46) carries some z over a kink of its activation.
    paths : Paths or None
        (53), path by path, for networks with few paths; see `paths_of`.
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
    remark: str
    penalty: Parameters | None
    after: Parameters
    drawn: list[list[int]]
    selections: list[Selection]
    differences: Parameters
    comparisons: list[Comparison]
    at_end: bool
    over_kink: bool
    paths: Paths | None
    path_count: int
    names: Names

    @property
    def network(self) -> Network:
        """The network before the step, in float64."""
        return self.objective.network

    @property
    def step(self) -> Parameters:
        """The step: what is added to each weight and bias."""
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
        return max(comparison.largest for comparison in self.comparisons)

    @property
    def largest_difference(self) -> float:
        """The largest difference between the rule's gradient and (46)."""
        # A gradient that is NaN must not be passed over.
        return float(np.max([comparison.difference for comparison in self.comparisons]))

    @property
    def agrees(self) -> bool:
        """Whether the rule is proven to give the gradient, see `bpframe.Comparison`."""
        return not self.unresolved and verdict_of(self.comparisons) == Verdict.AGREES

    @property
    def unresolved(self) -> str:
        """Why (46) cannot tell whether the rule gives the gradient; empty if it can."""
        if not np.isfinite(self.largest_difference):
            return ""
        if self.at_end:
            return ROUNDED
        if self.over_kink:
            return "a difference leads over a kink of an activation"
        # A difference that is too large shows all the same.
        if verdict_of(self.comparisons) != Verdict.NOT_RESOLVED:
            return ""
        if not self.largest_gradient:
            return "all gradients are 0"
        number, layer = next(
            (number, comparison)
            for number, comparison in enumerate(self.comparisons, 2)
            if comparison.verdict == Verdict.NOT_RESOLVED
        )
        return (
            f"in layer {number} gradients are up to {layer.largest:.1e}, and a difference of "
            f"{layer.allowance:.1e} is allowed"
        )

    @cached_property
    def path_sums(self) -> Parameters | None:
        """(53), summed; None if there are too many paths."""
        if self.paths is None:
            return None
        sums = Parameters(self.network.sizes, float)
        for i, block in enumerate(sums.blocks):
            for place in np.ndindex(block.shape):
                block[place] = sum(path.product for path in self.paths_of(i, *place))
        return sums

    def paths_of(self, i: int, j: int, k: int) -> list[Path[float]]:
        """Return the paths of (53) of one parameter; none if there are too many in all.

        Parameters
        ----------
        i, j, k : int
            Where the parameter stands: row j and column k, from 0, of ``blocks[i]``.
        """
        if self.paths is None:
            return []
        n_in = len(self.layers[i].a_in)
        with np.errstate(over="ignore", invalid="ignore"):
            found = list(self.paths.of(i + 2, j + 1, None if k == n_in else k + 1))
        return [path.of_sample(0) for path in found]
