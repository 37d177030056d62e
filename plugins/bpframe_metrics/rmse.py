"""The root of the mean squared error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Metric


@dataclass(frozen=True)
class RMSE(Metric):
    """√((1/n) Σ (a - y)²), in the units of the targets.

    Of several outputs it is the mean of their errors, and not the error over all numbers.

    Source: Hyndman and Koehler 2006, "Another look at measures of forecast accuracy". scikit-learn:
    ``root_mean_squared_error(multioutput="uniform_average")``.
    """

    other_names = ("root_mean_squared_error",)
    of_classes = False
    higher_is_better = False
    usual = True

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        return float(np.sqrt(np.square(a - y).mean(axis=0)).mean())
