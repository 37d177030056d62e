"""The best epoch of a training so far."""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.epoch import Epoch
from bpframe.core.parameters import Parameters
from bpframe.errors import ConfigError


class Better(Enum):
    """Which values of a metric are better; ``auto`` asks the epoch."""

    auto = "auto"
    higher = "higher"
    lower = "lower"


class BestSoFar:
    """The best epoch so far by one metric, and if need be the parameters that it ended with.

    Parameters
    ----------
    metric : str, optional
        Such as ``validation/cost``; that of `Epoch.selecting` if left out. One of the test samples
        is refused: they select nothing.
    better : Better, or "auto", "higher" or "lower"
        Which values are better.
    min_gain : float
        By how much an epoch must be better than the best before, to take its place.
    parameters : Parameters, optional
        What is to be kept at the best epoch.

    Attributes
    ----------
    state : dict of arrays
        All that it remembers; the arrays change in place.

    Raises
    ------
    ValueError
        If one of these is not allowed.
    """

    def __init__(
        self,
        metric: str | None = None,
        *,
        better: Better | str = Better.auto,
        min_gain: float = 0.0,
        parameters: Parameters | None = None,
    ) -> None:
        if metric is not None and metric.partition("/")[0] == "test":
            raise ValueError(
                f"metric is '{metric}'; it must be of the training or validation samples, for the "
                "test set selects nothing"
            )
        if better not in [value for member in Better for value in (member, member.value)]:
            raise ValueError(f"better is {better!r}; it must be 'auto', 'higher' or 'lower'")
        if not 0 <= min_gain < math.inf:
            raise ValueError(f"min_gain is {min_gain}; it must be a number, 0 or more")
        self._metric, self._better, self._min_gain = metric, Better(better), min_gain
        self._vector = None if parameters is None else parameters.vector
        self._score = np.full(1, -math.inf)
        self._numbers = np.zeros(2, np.int64)
        self.state: dict[str, npt.NDArray[Any]] = {"score": self._score, "numbers": self._numbers}
        if self._vector is not None:
            self.state["parameters"] = self._vector.copy()

    @property
    def epoch(self) -> int:
        """The number of the best epoch; 0 before there is one."""
        return int(self._numbers[0])

    @property
    def waited(self) -> int:
        """How many epochs have been looked at since."""
        return int(self._numbers[1])

    @waited.setter
    def waited(self, epochs: int) -> None:
        self._numbers[1] = epochs

    @property
    def parameters(self) -> Array:
        """All weights and biases at the best epoch, shape (count,); those of the start before."""
        kept: Array = self.state["parameters"]
        return kept

    def look(self, epoch: Epoch) -> bool:
        """Take note of an epoch, and return whether it is the best so far; the first one, if equal.

        Without a metric, and without validation samples, none is.

        Raises
        ------
        ConfigError
            If the epoch has no such metric.
        """
        metric = self._metric or epoch.selecting
        score = -math.inf if metric is None else self._of(epoch, metric)
        # The first one has nothing to be compared with.
        if not score > self._score[0] + (self._min_gain if self.epoch else 0):
            self._numbers[1] += 1
            return False
        self._score[0], self._numbers[:] = score, (epoch.number, 0)
        if self._vector is not None:
            self.parameters[:] = self._vector
        return True

    def require_metric(self, epoch: Epoch, chosen: str) -> None:
        """Raise a ConfigError if no metric is named, and the epoch has none that selects.

        Parameters
        ----------
        epoch : Epoch
            Any of the training.
        chosen : str
            What looks at the metric, as it is chosen: ``stopping=early``.
        """
        if not (self._metric or epoch.selecting):
            option = f"{chosen.partition('=')[0]}.metric"
            raise ConfigError(
                f"{chosen} looks at validation samples, and there are none; choose another "
                f"metric: {option}=train/cost"
            )

    def told(self, epoch: Epoch) -> str:
        """Return in words how long no epoch has been the best, after the last one looked at."""
        metric = self._metric or epoch.selecting or "no metric"
        more = self._wants_more(epoch, metric)
        gain = f" by more than {self._min_gain:g}" if self._min_gain else ""
        epochs = f"{self.waited} epoch{'s' if self.waited != 1 else ''}"
        best = f"the best is epoch {self.epoch}" if self.epoch else "no epoch has been the best"
        return f"{metric} has not {'risen' if more else 'fallen'}{gain} for {epochs}; {best}"

    def _of(self, epoch: Epoch, metric: str) -> float:
        score = epoch.score(metric)
        return score if self._wants_more(epoch, metric) == epoch.wants_more(metric) else -score

    def _wants_more(self, epoch: Epoch, metric: str) -> bool:
        if self._better is Better.auto:
            return epoch.wants_more(metric)
        return self._better is Better.higher
