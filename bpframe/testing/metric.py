"""The checks of every metric."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.interval import Interval
from bpframe.core.metric import Metric
from bpframe.testing.assertions import (
    NotAvailableError,
    Trial,
    require,
    require_close,
    trial,
    unchanged,
)
from bpframe.testing.samples import inside

N = 24
ROUNDING = 1e-9
# A metric may need many classes, or outputs of some kind; the first that it takes are used.
CLASSES = (3, 10, 100)
OUTPUTS = (
    Interval(),
    Interval(0.0),
    Interval(0.0, 1.0),
    Interval(0.0, 1.0, sums_to_one=True),
)


class Samples(NamedTuple):
    """Outputs and targets of some samples.

    Attributes
    ----------
    what : str
        What they are.
    a : array of float64, shape (n, n_L)
        The outputs.
    y : array of int, shape (n,), or of float64, shape (n, n_L)
        The targets.
    """

    what: str
    a: Array
    y: npt.NDArray[Any]


def checks(metric: Metric) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(refuses_targets_that_it_is_not_for, metric)
    yield trial(is_a_finite_float, metric)
    yield trial(inputs_stay_as_they_were, metric)
    yield trial(order_of_samples_does_not_matter, metric)
    yield trial(perfect_outputs_are_at_least_as_good_as_others, metric)


def refuses_targets_that_it_is_not_for(metric: Metric) -> None:
    """Check that one for classes refuses values, and one for values classes, by a ValueError."""
    for outputs in OUTPUTS:
        for classes in (None,) if metric.of_classes else CLASSES:
            try:
                metric.check(classes, outputs)
            except ValueError:
                continue
            targets = "values" if classes is None else f"{classes} classes"
            raise AssertionError(
                f"check takes {targets}, though of_classes is {metric.of_classes}; where it is "
                "overridden, super().check(classes, outputs) comes first"
            )


def is_a_finite_float(metric: Metric) -> None:
    """Check it for one sample, one class, equal targets, equal outputs, all wrong, and others."""
    for what, a, y in _every_samples(metric):
        value: Any = metric(a, y)
        require(
            isinstance(value, float) and bool(np.isfinite(value)),
            f"of {what} it is {' '.join(repr(value).split())[:60]} ({type(value).__name__}); it "
            "must be a finite float, for it is compared from epoch to epoch",
        )


def inputs_stay_as_they_were(metric: Metric) -> None:
    """Check that it writes into neither outputs nor targets."""
    for what, a, y in _every_samples(metric):
        with unchanged(f"the metric of {what}", a=a, y=y):
            metric(a, y)


def order_of_samples_does_not_matter(metric: Metric) -> None:
    """Check that the samples in another order give the same, up to rounding."""
    for what, a, y in _every_samples(metric):
        value = metric(a, y)
        # What is not finite fails another check.
        for seed in range(5 if np.isfinite(value) else 0):
            order = np.random.default_rng(seed).permutation(len(a))
            require_close(
                f"the metric of {what} in another order",
                metric(a[order], y[order]),
                value,
                relative=ROUNDING,
                absolute=ROUNDING,
            )


def perfect_outputs_are_at_least_as_good_as_others(metric: Metric) -> None:
    """Check that no outputs are better than the targets themselves, by `higher_is_better`."""
    for what, a, y in _every_samples(metric):
        best, value = metric(_perfect(y, a.shape[1]), y), metric(a, y)
        gain = value - best if metric.higher_is_better else best - value
        require(
            not np.isfinite(gain) or gain <= ROUNDING * max(1.0, abs(best)),
            f"of {what} it is {value:.6g}, and of perfect outputs {best:.6g}, where "
            f"higher_is_better is {metric.higher_is_better}: none may be better than perfect",
        )


def _every_samples(metric: Metric) -> Iterator[Samples]:
    """Yield ordinary samples, and such as a division by 0 is likely for."""
    classes, outputs = _served(metric)
    rng = np.random.default_rng(0)
    for n in (N, 1):
        # Of values: one output, and several.
        for n_outputs in (classes,) if classes else (1, 3):
            y = rng.integers(classes, size=n) if classes else inside(outputs, rng, (n, n_outputs))
            a = inside(outputs, rng, (n, n_outputs))
            what = f"{n} samples with {n_outputs} outputs"
            yield Samples(what, a, y)
            yield Samples(f"{what} and equal targets", a, np.repeat(y[:1], n, axis=0))
            yield Samples(f"{what} that are all equal", np.full_like(a, 1 / n_outputs), y)
            if not outputs.sums_to_one:
                yield Samples(f"{what} that are all 0", np.zeros_like(a), y)
            wrong = (y + 1) % classes if classes else np.roll(y, 1, axis=0)
            yield Samples(f"{what} that are all wrong", _perfect(wrong, n_outputs), y)


def _served(metric: Metric) -> tuple[int | None, Interval]:
    """Return how many classes, or None, and which outputs it can be tried with."""
    refusal = ""
    for outputs, classes in product(OUTPUTS, CLASSES if metric.of_classes else (None,)):
        try:
            metric.check(classes, outputs)
        except ValueError as error:
            refusal = str(error)
        else:
            return classes, outputs
    raise NotAvailableError(f"it refuses all that it is tried with: {refusal}")


def _perfect(y: npt.NDArray[Any], n_outputs: int) -> Array:
    """Return outputs that are the targets, one-hot for classes."""
    return np.eye(n_outputs)[y] if y.ndim == 1 else y.copy()
