"""The base class of a learning rate that changes while a training goes on."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.component import Component
from bpframe.core.epoch import Epoch


class Each(StrEnum):
    """How often a learning rate changes."""

    step = "step"
    epoch = "epoch"


@dataclass(frozen=True, kw_only=True)
class Schedule(Component):
    """How the learning rate changes: a factor of the optimizer's own for each step.

    Both options are given by name in Python, too; those of a subclass come first.

    A field ``metric`` that names a metric of a split, such as ``train/cost``, is looked up before
    the first epoch: one that no epoch will have is refused.

    Parameters
    ----------
    warm_up : float
        For how many epochs the factor rises in a straight line before all else; 0 for none.
    each : "step" or "epoch"
        Whether the rate changes with every step, or stays for an epoch.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from bpframe import Schedule
    >>> @dataclass(frozen=True)
    ... class Line(Schedule):
    ...     '''A straight line down to 0 at the end of the training.'''
    ...
    ...     def factor(self, t, epochs):
    ...         return 1 - t / epochs
    >>> Line().bind(2, 2).factors(1).tolist(), Line(warm_up=1.0).bind(2, 3).factors(1).tolist()
    ([1.0, 0.75], [0.5, 1.0])
    >>> Line(each="epoch").bind(2, 2).factors(2).tolist()
    [0.5, 0.5]
    """

    kind: ClassVar[str] = "schedule"

    warm_up: float = 0.0
    each: Each = Each.step

    def __post_init__(self) -> None:
        if not 0 <= self.warm_up < math.inf:
            raise ValueError(f"warm_up is {self.warm_up}; it must be a number of epochs, 0 or more")
        if self.each not in list(Each):
            raise ValueError(f"each is {self.each!r}; it must be 'step' or 'epoch'")

    @property
    def constant(self) -> bool:
        """Whether the rate stays as the optimizer has it: then it is never set anew."""
        return False

    @abstractmethod
    def factor(self, t: Array, epochs: float) -> Array:
        """Return the factor of the learning rate after t epochs of a training.

        Parameters
        ----------
        t : array of float64, shape (steps,)
            Epochs that have passed before each step, since the end of the warm-up: 0 at its first,
            2.5 in the middle of its third epoch.
        epochs : float
            Epochs of the training behind the warm-up.
        """

    def check(self, epochs: int) -> None:
        """Raise ValueError if it is longer than a training of so many epochs."""
        if self.warm_up and self.warm_up >= epochs:
            raise ValueError(
                f"warm_up is {self.warm_up:g} epochs, and the training has {epochs}: it must be "
                "shorter"
            )

    def bind(self, steps: int, epochs: int) -> Rates:
        """Return the factors of one training, and whatever they depend on.

        Parameters
        ----------
        steps : int
            Steps of an epoch.
        epochs : int
            Epochs of the training.

        Raises
        ------
        ValueError
            If the schedule is longer than the training.
        """
        self.check(epochs)
        return Rates(self, steps, epochs)


class Rates:
    """The factors of a schedule in one training; `Schedule.bind` makes them.

    A schedule whose factors depend on the metrics derives its own: it overrides `look`, and has in
    `state` what it remembers.

    Attributes
    ----------
    state : mapping of str to array
        What it remembers from epoch to epoch, in arrays that change in place; a checkpoint keeps
        them, and writes into them.
    """

    def __init__(self, schedule: Schedule, steps: int, epochs: int) -> None:
        self._schedule, self._steps, self._epochs = schedule, steps, epochs
        self.state: Mapping[str, npt.NDArray[Any]] = {}

    def factors(self, epoch: int) -> Array:
        """Return the factor for each step of an epoch, from 1, float64 of shape (steps,)."""
        schedule = self._schedule
        t = epoch - 1 + np.arange(self._steps) / self._steps
        if schedule.each == Each.epoch:
            t[:] = t[0]
        passed, whole = np.maximum(t - schedule.warm_up, 0), self._epochs - schedule.warm_up
        factors: Array = np.broadcast_to(schedule.factor(passed, whole), t.shape).astype(np.float64)
        if schedule.warm_up:
            length = 1 if schedule.each == Each.epoch else 1 / self._steps
            factors *= np.minimum((t + length) / schedule.warm_up, 1)
        return factors

    def look(self, epoch: Epoch) -> str | None:
        """Take note of an epoch that has ended; return why the training should end, or None."""
        return None
