"""The coefficient of determination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Metric


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

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        missed = np.square(a - y).sum(axis=0)
        spread = np.square(y - y.mean(axis=0)).sum(axis=0)
        # The mean of equal numbers may be rounded, and their spread then not quite 0.
        vary = (y != y[0]).any(axis=0)
        share = np.divide(missed, spread, out=np.sign(missed), where=vary & (spread > 0))
        return float((1 - share).mean())
