"""The accuracy in which every class counts alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Metric


@dataclass(frozen=True)
class BalancedAccuracy(Metric):
    """The mean over the classes of the share that is recognised of each, 0 to 1.

    Classes that do not occur among the targets do not count. The prediction is the largest output.

    Source: Brodersen et al. 2010, "The balanced accuracy and its posterior distribution".
    scikit-learn: ``balanced_accuracy_score``.
    """

    other_names = ("balanced_accuracy_score", "macro_recall", "uar")

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        samples = np.bincount(y)
        right = np.bincount(y, a.argmax(axis=1) == y)
        occurs = samples > 0
        return float((right[occurs] / samples[occurs]).mean())
