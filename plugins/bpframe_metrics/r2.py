"""The coefficient of determination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from bpframe import Array, Metric, r_squared


@dataclass(frozen=True)
class R2(Metric):
    """R² = 1 - Σ (a - y)² / Σ (y - ȳ)²: 1 is perfect, 0 what the targets' mean ȳ gives.

    Of several outputs it is the mean of their R². An output whose targets are all equal, as with
    one sample, counts 1 if it is perfect, else 0.

    Source: Draper and Smith 1998, "Applied Regression Analysis", section 1.3. scikit-learn:
    ``r2_score(multioutput="uniform_average")``.
    """

    other_names = ("coefficient_of_determination", "r2_score", "r_squared")
    of_classes = False
    usual = True

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        return float(r_squared(a, y).mean())
