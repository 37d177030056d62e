"""The mean of the classes' F1 scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Metric


@dataclass(frozen=True)
class MacroF1(Metric):
    """The mean over the classes of F1 = 2 TP / (2 TP + FP + FN), 0 to 1.

    F1 is the harmonic mean of precision and recall of one class. Classes that neither occur nor are
    predicted do not count. The prediction is the largest output.

    Source: Sokolova and Lapalme 2009, "A systematic analysis of performance measures for
    classification tasks"; the mean of the scores, and not the score of mean precision and mean
    recall. scikit-learn: ``f1_score(average="macro")``.
    """

    other_names = ("f1", "f1_macro", "f1_score")

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        n, predicted = a.shape[1], a.argmax(axis=1)
        right = np.bincount(y[predicted == y], minlength=n)
        # TP + FN of a class are its samples, TP + FP what is predicted to be of it.
        both = np.bincount(y, minlength=n) + np.bincount(predicted, minlength=n)
        counts = both > 0
        return float((2 * right[counts] / both[counts]).mean())
