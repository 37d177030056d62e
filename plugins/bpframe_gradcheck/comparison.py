"""A rule beside the definition, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bpframe import Comparison, Verdict


@dataclass(frozen=True)
class LayerComparison:
    """The weights and biases of one layer, as a rule and as the definition have them.

    Attributes
    ----------
    number : int
        The book's number of the layer that they lead to, from 2.
    parameters, compared : int
        How many there are, and how many were compared.
    angle : float
        Between the two as vectors, in degrees.
    found : Comparison
        Their largest difference, and what is allowed.
    """

    number: int
    parameters: int
    compared: int
    angle: float
    found: Comparison

    @property
    def verdict(self) -> Verdict:
        """Whether a rule that promises the gradient gives it in this layer."""
        return self.found.verdict


def worst_of(layers: Sequence[LayerComparison]) -> LayerComparison:
    """Return the layer that is nearest to what is allowed, or farthest beyond it."""

    def nearness(layer: LayerComparison) -> float:
        difference, allowance = layer.found.difference, layer.found.allowance
        if math.isnan(difference):
            return math.inf
        return difference / allowance if allowance else math.inf * bool(difference)

    return max(layers, key=nearness)
