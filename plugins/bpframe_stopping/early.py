"""Early stopping."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import BestSoFar, Better, Epoch, Parameters, Stopping, Watch


@dataclass(frozen=True)
class EarlyStopping(Stopping):
    """Stop when no epoch has been better than the best one for long enough.

    Parameters
    ----------
    metric : str, optional
        What must improve; ``validation/accuracy`` if left out, or for values ``validation/cost``.
    patience : int
        After how many epochs without a better one the training ends, 1 or more.
    min_gain : float
        An epoch counts as better only if it is better by more than this, 0 or more.
    better : "auto", "higher" or "lower"
        Which values of the metric are better. "auto" knows it of the accuracy and of what
        ``metrics`` has chosen; of all others it takes the lower ones.
    restore_best : bool
        End with the parameters of the best epoch, also where the training goes on to its last.

    Source: Prechelt 1998, "Early stopping — but when?", whose UP criteria count strips in which
    the validation error has grown; the book, chapter 3, "no-improvement-in-ten", counts epochs
    since the best one, as this does.
    """

    other_names = ("early_stopping", "earlystopping", "patience")

    metric: str | None = None
    patience: int = 10
    min_gain: float = 0.0
    better: Better = Better.auto
    restore_best: bool = False

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"patience is {self.patience}; it must be 1 or more")
        self.best()
        # In Python it may be given as text, as in a configuration.
        object.__setattr__(self, "better", Better(self.better))

    def best(self, parameters: Parameters | None = None) -> BestSoFar:
        """Return what finds the best epoch, and keeps the parameters that it ended with."""
        return BestSoFar(
            self.metric, better=self.better, min_gain=self.min_gain, parameters=parameters
        )

    def bind(self, parameters: Parameters) -> Watch:
        return _EarlyWatch(self, parameters)


class _EarlyWatch(Watch):
    """Counts the epochs since the best one."""

    def __init__(self, stopping: EarlyStopping, parameters: Parameters) -> None:
        self._stopping, self._vector = stopping, parameters.vector
        self._best = stopping.best(parameters if stopping.restore_best else None)
        self.state = self._best.state

    def look(self, epoch: Epoch) -> str | None:
        self._best.require_metric(epoch, "stopping=early")
        self._best.look(epoch)
        return self._best.told(epoch) if self._best.waited >= self._stopping.patience else None

    def restore(self) -> int | None:
        # No epoch is the best where the metric was never a number.
        if not (self._stopping.restore_best and self._best.epoch):
            return None
        self._vector[:] = self._best.parameters
        return self._best.epoch
