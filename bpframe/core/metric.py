"""The base class of a number that says how good outputs are."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.component import Component
from bpframe.core.interval import Interval


@dataclass(frozen=True)
class Metric(Component):
    """A number that says how good the outputs for a split of the data are.

    ``of_classes`` says whether it is for classes, or for values; ``higher_is_better`` is what it
    says. A ``usual`` one of values is measured without being asked for, where the targets are
    values with units, see `Data.values`.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Metric
    >>> @dataclass(frozen=True)
    ... class LargestError(Metric):
    ...     of_classes = False
    ...     higher_is_better = False
    ...
    ...     def __call__(self, a, y):
    ...         return float(np.abs(a - y).max())
    >>> LargestError()(np.array([[1.0], [2.0]]), np.array([[1.5], [2.0]]))
    0.5
    """

    kind: ClassVar[str] = "metric"
    of_classes: ClassVar[bool] = True
    higher_is_better: ClassVar[bool] = True
    usual: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        """Return the number: a finite one for all outputs and targets of its kind.

        Parameters
        ----------
        a : array of float64, shape (n, n_L)
            The outputs for all samples of a split.
        y : array of int, shape (n,), or of float64, shape (n, n_L)
            The classes, from 0, or the target values.
        """

    def check(self, classes: int | None, outputs: Interval) -> None:
        """Raise ValueError, with the reason, if it cannot serve such targets and outputs.

        Parameters
        ----------
        classes : int or None
            How many classes there are; None for values.
        outputs : Interval
            What the outputs of the network may be.
        """
        if self.of_classes != (classes is not None):
            kinds = ("values", "classes")
            raise ValueError(
                f"it is for {kinds[self.of_classes]}, and the targets are "
                f"{kinds[not self.of_classes]}"
            )


def measured(metric: Metric, a: Array, y: npt.NDArray[Any]) -> float:
    """Return a metric of outputs of any type, in 64 bits: NaN where an output is not finite.

    Of outputs whose squares are infinite it may be infinite, without a warning.
    """
    if not np.isfinite(a).all():
        return float("nan")
    targets = y if metric.of_classes else y.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(metric(a.astype(np.float64), targets))


def r_squared(a: Array, y: Array) -> Array:
    """Return R² = 1 - Σ (a - y)² / Σ (y - ȳ)² of each output.

    An output whose targets are all equal has 1 if it is perfect, else 0.

    Parameters
    ----------
    a, y : arrays of float64, shape (n, n_L)
        Outputs and target values.

    Returns
    -------
    array of float64, shape (n_L,)
        1 for perfect outputs, 0 for the mean ȳ of the targets.

    Source: Draper and Smith 1998, "Applied Regression Analysis", section 1.3.
    """
    missed = np.square(a - y).sum(axis=0)
    spread = np.square(y - y.mean(axis=0)).sum(axis=0)
    # The mean of equal numbers may be rounded, and their spread then not quite 0.
    vary = (y != y[0]).any(axis=0) & (spread > 0)
    share: Array = np.divide(missed, spread, out=np.sign(missed), where=vary)
    return 1 - share
