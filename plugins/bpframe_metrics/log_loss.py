"""The log-loss of the outputs as probabilities of the classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Interval, Metric


@dataclass(frozen=True)
class LogLoss(Metric):
    """The mean of -ln p, where p is the probability that the outputs give the sample's class.

    The outputs of a sample are divided by their sum, which changes nothing behind a softmax; where
    all are 0, each class has the same probability. p is kept 2.2·10⁻¹⁶ away from 0 and 1, so
    that no sample costs more than 36.04.

    Source: Bishop 2006, equation (4.108), over the number of samples. scikit-learn: ``log_loss``,
    which takes outputs of any sum as they are.
    """

    other_names = ("categorical_crossentropy", "cross_entropy", "nll")
    higher_is_better = False

    def __call__(self, a: Array, y: npt.NDArray[Any]) -> float:
        largest = a.max(axis=1, keepdims=True)
        # Their sum cannot become infinite, nor be 0.
        shares = np.divide(a, largest, out=np.ones_like(a), where=largest > 0)
        p = shares[np.arange(len(y)), y] / shares.sum(axis=1)
        eps = np.finfo(p.dtype).eps
        return float(-np.log(np.clip(p, eps, 1 - eps)).mean())

    def check(self, classes: int | None, outputs: Interval) -> None:
        super().check(classes, outputs)
        if outputs.low < 0:
            raise ValueError(
                f"outputs are in {outputs}; they must be 0 or more, such as those of softmax and "
                "sigmoid"
            )
