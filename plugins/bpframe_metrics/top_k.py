"""The share of samples whose class is among the k largest outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Interval, Metric


@dataclass(frozen=True)
class TopK(Metric):
    """The share of samples whose class is among the k largest outputs, 0 to 1.

    Of equal outputs that of the smaller class number counts as the larger one, so that k = 1 is
    the accuracy.

    Parameters
    ----------
    k : int
        How many outputs count: 1 or more, and less than there are classes.

    Raises
    ------
    ValueError
        If k is less than 1.

    Source: Russakovsky et al. 2015, "ImageNet Large Scale Visual Recognition Challenge", section
    4.1: the top-5 error is 1 minus this. scikit-learn: ``top_k_accuracy_score``, which counts the
    larger class number of equal outputs.
    """

    other_names = ("top_5", "top_k_accuracy", "top_k_categorical_accuracy", "topk")

    k: int = 5

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ValueError(f"k is {self.k}; it must be 1 or more")

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        classes = y[:, np.newaxis]
        own = np.take_along_axis(a, classes, axis=1)
        ahead = (a > own) | ((a == own) & (np.arange(a.shape[1]) < classes))
        return float((ahead.sum(axis=1) < self.k).mean())

    def check(self, classes: int | None, outputs: Interval) -> None:
        super().check(classes, outputs)
        if classes is not None and self.k >= classes:
            raise ValueError(
                f"k is {self.k}; it must be less than the number of classes, which is {classes}"
            )
