"""The mean absolute error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Metric


@dataclass(frozen=True)
class MAE(Metric):
    """(1/n) Σ |a - y|, in the units of the targets.

    Of several outputs it is the mean of their errors.

    Source: Hyndman and Koehler 2006, "Another look at measures of forecast accuracy". scikit-learn:
    ``mean_absolute_error(multioutput="uniform_average")``.
    """

    other_names = ("l1", "mean_absolute_error")
    of_classes = False
    higher_is_better = False

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        return float(np.abs(a - y).mean())
