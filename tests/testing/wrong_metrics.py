"""Metrics that are wrong in one way each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Interval, Metric

Targets = npt.NDArray[Any]


def accuracy(a: Array, y: Targets) -> float:
    return float((a.argmax(axis=1) == y).mean())


@dataclass(frozen=True)
class LargestError(Metric):
    """The largest |a - y|: nothing is wrong with it."""

    of_classes = False
    higher_is_better = False

    def __call__(self, a: Array, y: Targets) -> float:
        return float(np.abs(a - y).max())


@dataclass(frozen=True)
class OfManyProbabilities(Metric):
    """The probability of the class, of more classes than four: nothing is wrong with it."""

    def __call__(self, a: Array, y: Targets) -> float:
        if a.shape[1] <= 4 or not np.allclose(a.sum(axis=1), 1):
            raise IndexError("these are no probabilities of so many classes")
        return float(a[np.arange(len(y)), y].mean())

    def check(self, classes: int | None, outputs: Interval) -> None:
        super().check(classes, outputs)
        if not outputs.sums_to_one or (classes or 0) <= 4:
            raise ValueError("it is for probabilities of more than four classes")


@dataclass(frozen=True)
class RefusesAll(Metric):
    """Refuses whatever it is asked about."""

    def __call__(self, a: Array, y: Targets) -> float:
        return accuracy(a, y)

    def check(self, classes: int | None, outputs: Interval) -> None:
        raise ValueError("it is for seventeen classes alone")


@dataclass(frozen=True)
class Counts(Metric):
    """A whole number."""

    def __call__(self, a: Array, y: Targets) -> float:
        return int((a.argmax(axis=1) == y).sum())


@dataclass(frozen=True)
class Correlation(Metric):
    """NaN of equal outputs or targets."""

    of_classes = False

    def __call__(self, a: Array, y: Targets) -> float:
        a, y = a - a.mean(), y - y.mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            return float((a * y).sum() / np.sqrt((a * a).sum() * (y * y).sum()))


@dataclass(frozen=True)
class PrecisionOfTheFirst(Metric):
    """Divides by 0 where class 0 is never predicted."""

    def __call__(self, a: Array, y: Targets) -> float:
        predicted = a.argmax(axis=1) == 0
        return int((predicted & (y == 0)).sum()) / int(predicted.sum())


@dataclass(frozen=True)
class Cuts(Metric):
    """Writes into the outputs."""

    def __call__(self, a: Array, y: Targets) -> float:
        np.maximum(a, 0, out=a)
        return accuracy(a, y)


@dataclass(frozen=True)
class BetweenNeighbours(Metric):
    """Compares each sample with the one before it."""

    of_classes = False
    higher_is_better = False

    def __call__(self, a: Array, y: Targets) -> float:
        return float(np.abs(np.diff(a - y, axis=0)).sum())


@dataclass(frozen=True)
class HigherIsWorse(Metric):
    """An error that says nothing of which values are better."""

    of_classes = False

    def __call__(self, a: Array, y: Targets) -> float:
        return float(np.abs(a - y).mean())


@dataclass(frozen=True)
class TakesValuesToo(Metric):
    """Overrides check, and forgets the kind of the targets."""

    def __call__(self, a: Array, y: Targets) -> float:
        return accuracy(a, y)

    def check(self, classes: int | None, outputs: Interval) -> None:
        if outputs.high < 0:
            raise ValueError("the outputs must not be negative")


FINITE = "is_a_finite_float"
ORDER = "order_of_samples_does_not_matter"
PERFECT = "perfect_outputs_are_at_least_as_good_as_others"
STAY = "inputs_stay_as_they_were"
RIGHT = [LargestError(), OfManyProbabilities()]
WRONG: list[tuple[Metric, set[str]]] = [
    (Counts(), {FINITE}),
    (Correlation(), {FINITE}),
    (PrecisionOfTheFirst(), {FINITE, ORDER, PERFECT, STAY}),
    (Cuts(), {STAY}),
    (BetweenNeighbours(), {ORDER}),
    (HigherIsWorse(), {PERFECT}),
    (TakesValuesToo(), {"refuses_targets_that_it_is_not_for"}),
]
