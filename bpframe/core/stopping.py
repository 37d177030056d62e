"""The base class of what ends a training before its last epoch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from bpframe.core.component import Component
from bpframe.core.epoch import Epoch
from bpframe.core.parameters import Parameters


@dataclass(frozen=True)
class Stopping(Component):
    """What ends a training before its last epoch.

    A field ``metric`` that names a metric of a split, such as ``train/cost``, is looked up before
    the first epoch: one that no epoch will have is refused.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from bpframe import Epoch, Parameters, Stopping, Watch
    >>> @dataclass(frozen=True)
    ... class Good(Stopping):
    ...     cost: float = 0.1
    ...
    ...     def bind(self, parameters):
    ...         return GoodWatch(self.cost)
    >>> class GoodWatch(Watch):
    ...     def __init__(self, cost):
    ...         self.cost = cost
    ...
    ...     def look(self, epoch):
    ...         cost = epoch.metrics["train/cost"]
    ...         return f"train/cost is {cost:g}" if cost < self.cost else None
    >>> Good().bind(Parameters([1, 1])).look(Epoch(1, {"train/cost": 0.05}, 0.0))
    'train/cost is 0.05'
    """

    kind: ClassVar[str] = "stopping"

    @abstractmethod
    def bind(self, parameters: Parameters) -> Watch | None:
        """Return what watches one training, or None if nothing does.

        Parameters
        ----------
        parameters : Parameters
            What is trained: to be kept at the best epoch, and put back by `Watch.restore`.
        """


class Watch:
    """What watches one training.

    Attributes
    ----------
    state : mapping of str to array
        What it remembers from epoch to epoch, in arrays that change in place; a checkpoint keeps
        them, and writes into them.
    """

    state: Mapping[str, npt.NDArray[Any]] = {}

    @abstractmethod
    def look(self, epoch: Epoch) -> str | None:
        """Take note of an epoch that has ended; return why the training should end, or None.

        Raises
        ------
        ConfigError
            If the epoch has no such metric.
        """

    def restore(self) -> int | None:
        """Put the parameters of an earlier epoch back when the training ends; return its number.

        None, the default, leaves those of the last epoch.
        """
        return None
