"""The metrics that an epoch of a training ends with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpframe.core.data import SPLITS
from bpframe.errors import ConfigError, did_you_mean


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
    higher_is_better : frozenset of str
        The metrics, without their split, of which the highest is the best.
    """

    number: int
    metrics: dict[str, float]
    seconds: float
    higher_is_better: frozenset[str] = frozenset({"accuracy"})

    @property
    def split_metrics(self) -> dict[str, float]:
        """The metrics of a split of the data, which are shown; the others are only recorded."""
        return {n: v for n, v in self.metrics.items() if n.partition("/")[0] in SPLITS}

    @property
    def selecting(self) -> str | None:
        """The metric that selects the best epoch unless another is named.

        It is ``validation/accuracy``, or for values ``validation/cost``; None without validation
        samples.
        """
        names = ("validation/accuracy", "validation/cost")
        return next((name for name in names if name in self.metrics), None)

    @property
    def validation_score(self) -> float:
        """The score by `selecting`; minus infinity without validation samples."""
        return -math.inf if self.selecting is None else self.score(self.selecting)

    def score(self, metric: str) -> float:
        """Return a metric, or minus it where the lowest is the best: the more the better.

        Raises
        ------
        ConfigError
            If the epoch has no such metric; the message names those that it has.
        """
        if metric not in self.metrics:
            raise ConfigError(
                f"there is no metric '{metric}'; known are {', '.join(self.metrics)}."
                + did_you_mean(metric, self.metrics)
            )
        value = self.metrics[metric]
        return value if self.wants_more(metric) else -value

    def wants_more(self, metric: str) -> bool:
        """Return whether the highest value of a metric is the best."""
        return metric.rpartition("/")[2] in self.higher_is_better
