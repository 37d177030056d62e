"""The judgement of a gradient by derivatives that are known up to a resolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bpframe.core.arrays import Array

# A gradient agrees where it is proven to come so near, as a share of a layer's largest derivative.
PROVEN = 3e-5
# What a rule promises for rounding alone; a wider promise counts as a proof up to this share.
ROUNDED, WIDEST = 1e-10, 0.01


class Verdict(StrEnum):
    """Whether a gradient is the gradient, as far as differences can tell."""

    AGREES = "agrees"
    DISAGREES = "DISAGREES"
    NOT_RESOLVED = "not resolved"
    ZERO = "both are 0"


@dataclass(frozen=True)
class Derivatives:
    """Some derivatives of C by differences, such as those of one layer.

    Attributes
    ----------
    values : array, shape (p,)
        (46), the mean over the samples that can be compared.
    resolution : float
        What each of them may be off by: twice what changes if ε is doubled, for the error of the
        formula grows with ε², so that three times of it shows; and what a rounded cost does to
        them. It is infinite where the cost turns within ε.
    """

    values: Array
    resolution: float

    @property
    def largest(self) -> float:
        """The largest of them, without its sign."""
        return float(np.abs(self.values).max())


@dataclass(frozen=True)
class Comparison:
    """A gradient beside the derivatives by differences.

    Attributes
    ----------
    largest : float
        The largest derivative by differences, without its sign.
    difference : float
        The largest difference between the two.
    promised : float
        The largest difference that the rule promises, see `bpframe.Backprop.tolerance`.
    inexact : float
        What of it is for more than rounding.
    resolution : float
        What the differences may be off by.
    """

    largest: float
    difference: float
    promised: float
    inexact: float
    resolution: float

    @property
    def allowance(self) -> float:
        """The largest difference that is allowed: what is promised, and the resolution."""
        return self.promised + self.resolution

    @property
    def error(self) -> float:
        """The largest difference as a share of the largest derivative."""
        return _share(self.difference, self.largest)

    @property
    def allowed(self) -> float:
        """The largest error that is allowed."""
        return _share(self.allowance, self.largest)

    @property
    def verdict(self) -> Verdict:
        """Whether a rule that promises the gradient gives it.

        It does not where it is off by more than is allowed. It does where difference and resolution
        together are at most 3·10⁻⁵ of the largest derivative; or, for a rule that promises less, at
        most what it promises, up to a hundredth. Else nothing is proven, for a wrong gradient might
        be as near.
        """
        # So that a difference that is NaN or infinite disagrees.
        if not (self.difference <= self.allowance and math.isfinite(self.difference)):
            return Verdict.DISAGREES
        if self.largest == self.difference == 0:
            return Verdict.ZERO
        near = max(PROVEN * self.largest, min(self.inexact, WIDEST * self.largest))
        proven = self.difference + self.resolution <= near
        return Verdict.AGREES if proven else Verdict.NOT_RESOLVED


def compare(given: Array, expected: Derivatives, tolerance: float, cost: float) -> Comparison:
    """Return the comparison of a gradient with the derivatives by differences.

    Parameters
    ----------
    given : array, shape (p,)
        What a rule gives.
    expected : Derivatives
        The same by differences.
    tolerance : float
        What the rule promises, see `bpframe.Backprop.tolerance`.
    cost : float
        C, for the tolerance is a share of the largest of cost, derivative and 1.
    """
    largest = expected.largest
    scale = max(largest, abs(cost), 1.0)
    return Comparison(
        largest=largest,
        difference=float(np.abs(given - expected.values).max()),
        promised=tolerance * scale,
        inexact=max(0.0, tolerance - ROUNDED) * scale,
        resolution=expected.resolution,
    )


def verdict_of(comparisons: Sequence[Comparison]) -> Verdict:
    """Return the verdict on all layers: the worst that one has; if all are 0, nothing is told."""
    verdicts = {comparison.verdict for comparison in comparisons}
    worst_first = (Verdict.DISAGREES, Verdict.NOT_RESOLVED, Verdict.AGREES)
    return next((v for v in worst_first if v in verdicts), Verdict.NOT_RESOLVED)


def _share(value: float, whole: float) -> float:
    """Return value/whole, and for a whole of 0 the limit of it."""
    if whole:
        return value / whole
    return math.inf if value else 0.0
