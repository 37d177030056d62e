"""A learning rate that is halved when nothing gets better any more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bpframe import Array, BestSoFar, Epoch, Rates, Schedule


@dataclass(frozen=True)
class Plateau(Schedule):
    """Halve the rate when validation does not improve, and end the training at 1/128.

    Epochs are counted anew after each halving, and none is counted before the warm-up has ended.

    Parameters
    ----------
    metric : str, optional
        What must improve; ``validation/accuracy`` if left out, or for values ``validation/cost``.
    patience : int
        After how many epochs without a better one the rate is multiplied by the factor. PyTorch's
        ReduceLROnPlateau waits for one more.
    factor_ : float
        By what, between 0 and 1 (the option is ``schedule.factor``).
    least : float
        The training ends when the product of the factors is this number or less; between 0 and 1.

    Source: the book, chapter 3, "How to choose a neural network's hyper-parameters?", "Learning
    rate schedule", and the problem after it: no-improvement-in-10, halved, ended at 1/128.
    """

    other_names = ("reduce_lr_on_plateau", "reducelronplateau", "reduce_on_plateau")

    metric: str | None = None
    patience: int = 10
    factor_: float = 0.5
    least: float = 1 / 128

    def __post_init__(self) -> None:
        super().__post_init__()
        BestSoFar(self.metric)
        if self.patience < 1:
            raise ValueError(f"patience is {self.patience}; it must be 1 or more")
        for name, value in (("factor", self.factor_), ("least", self.least)):
            if not 0 < value < 1:
                raise ValueError(f"{name} is {value}; it must be greater than 0 and less than 1")

    def factor(self, t: Array, epochs: float) -> Array:
        return np.ones_like(t)

    def bind(self, steps: int, epochs: int) -> Rates:
        self.check(epochs)
        return _PlateauRates(self, steps, epochs)


class _PlateauRates(Rates):
    """Multiplies the factors each time that no epoch has been better for long enough."""

    def __init__(self, schedule: Plateau, steps: int, epochs: int) -> None:
        super().__init__(schedule, steps, epochs)
        self._plateau = schedule
        self._best = BestSoFar(schedule.metric)
        self._times: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self.state = {**self._best.state, "times": self._times}

    @property
    def _factor(self) -> float:
        return self._plateau.factor_ ** int(self._times[0])

    def factors(self, epoch: int) -> Array:
        return self._factor * super().factors(epoch)

    def look(self, epoch: Epoch) -> str | None:
        plateau, best = self._plateau, self._best
        best.require_metric(epoch, "schedule=plateau")
        best.look(epoch)
        if epoch.number <= plateau.warm_up:
            best.waited = 0
        if best.waited < plateau.patience:
            return None
        told = best.told(epoch)
        best.waited = 0
        self._times += 1
        # 0.1³ is more than 0.001.
        if self._factor > plateau.least * (1 + 1e-9):
            return None
        return f"the learning rate is down to {self._factor:g} of what it was: {told}"
