"""The metrics that an epoch of a training ends with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpframe.core.data import SPLITS


@dataclass(frozen=True)
class Epoch:
    """The metrics of one epoch, and the time it took.

    Attributes
    ----------
    number : int
        From 1; 0 is the untrained network, which a run has only if a plugin has metrics of it.
    metrics : dict
        ``train/cost``, ``validation/accuracy`` … at the end of the epoch, and what plugins add.
    seconds : float
        Time that the epoch's training took, without its evaluation.
    """

    number: int
    metrics: dict[str, float]
    seconds: float

    @property
    def split_metrics(self) -> dict[str, float]:
        """The metrics of a split of the data, which are shown; the others are only recorded."""
        return {n: v for n, v in self.metrics.items() if n.partition("/")[0] in SPLITS}

    @property
    def validation_score(self) -> float:
        """The accuracy on the validation split, or for values minus the cost: the more the better.

        Minus infinity without validation samples. The largest is the best, the first if equal.
        """
        if "validation/accuracy" in self.metrics:
            return self.metrics["validation/accuracy"]
        return -self.metrics.get("validation/cost", math.inf)
