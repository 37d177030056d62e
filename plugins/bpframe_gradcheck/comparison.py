"""How far a rule's direction is from the gradient, layer by layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bpframe import Array
from bpframe.core.differences import resolves

AGREES, DISAGREES, NOT_RESOLVED = "agrees", "DISAGREES", "not resolved"
ZERO = "both are 0"


@dataclass(frozen=True)
class LayerCheck:
    """The weights and biases of one layer, as a rule and as the definition have them.

    Attributes
    ----------
    number : int
        The book's number of the layer that they lead to, from 2.
    parameters, checked : int
        How many there are, and how many were compared.
    largest : float
        The largest derivative by differences, without its sign.
    difference : float
        The largest difference between the two.
    allowance : float
        The largest that is allowed: what the rule claims and what differences resolve.
    angle : float
        Between the two as vectors, in degrees.
    """

    number: int
    parameters: int
    checked: int
    largest: float
    difference: float
    allowance: float
    angle: float

    @property
    def error(self) -> float:
        """The largest difference as a share of the largest derivative."""
        return share(self.difference, self.largest)

    @property
    def allowed(self) -> float:
        """The largest error that is allowed."""
        return share(self.allowance, self.largest)

    @property
    def verdict(self) -> str:
        """Whether a rule that claims to be the gradient is it in this layer, see `resolves`."""
        # So that a difference that is NaN disagrees.
        if not self.difference <= self.allowance:
            return DISAGREES
        if self.largest == self.difference == 0:
            return ZERO
        return AGREES if resolves(self.allowance, self.largest) else NOT_RESOLVED


def share(part: float, whole: float) -> float:
    """Return part/whole, and for a whole of 0 the limit of it."""
    if whole:
        return part / whole
    return math.inf if part else 0.0


def verdict_of(layers: list[LayerCheck]) -> str:
    """Return the verdict on all layers: the worst that one has; if all are 0, nothing is told."""
    verdicts = {layer.verdict for layer in layers}
    return next((v for v in (DISAGREES, NOT_RESOLVED, AGREES) if v in verdicts), NOT_RESOLVED)


def worst_of(layers: list[LayerCheck]) -> LayerCheck:
    """Return the layer that is nearest to what is allowed, or farthest beyond it."""

    def nearness(layer: LayerCheck) -> float:
        ratio = share(layer.difference, layer.allowance)
        return math.inf if math.isnan(ratio) else ratio

    return max(layers, key=nearness)


def angle(u: Array, v: Array) -> float:
    """Return the angle between two vectors in degrees; to a vector of 0 it is 90.

    Source: Kahan, "How futile are mindless assessments of roundoff in floating-point
    computation?": unlike the arc cosine it is exact for small angles.
    """
    lengths = float(np.linalg.norm(u)), float(np.linalg.norm(v))
    if not all(lengths):
        return 90.0 if any(lengths) else 0.0
    u, v = u / lengths[0], v / lengths[1]
    return math.degrees(2 * math.atan2(np.linalg.norm(u - v), np.linalg.norm(u + v)))
