"""Where a training stands between two epochs, in numbers and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from bpframe.errors import CheckpointError

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Position:
    """Where a training stands between two epochs.

    Attributes
    ----------
    epoch : int
        How many epochs it has trained.
    epochs : int
        How many it was to train.
    ended : str
        Why it has ended before that; nothing if it has not.
    streams : dict
        The state of each random stream, see `numpy.random.BitGenerator.state`.
    arrays : dict of arrays
        ``parameters``, and what each part remembers, such as ``optimizer/velocity``.
    """

    epoch: int
    epochs: int
    ended: str
    streams: dict[str, Any]
    arrays: Arrays

    @property
    def finished(self) -> bool:
        """Whether nothing is left of what it was to train."""
        ended = self.ended and not is_out_of_time(self.ended)
        return bool(ended) or self.epoch >= self.epochs


def out_of_time(limit: float) -> str:
    """Return the reason of a training that ends because its time has passed."""
    return f"max_seconds={limit:g} have passed"


def is_out_of_time(reason: str) -> bool:
    """Return whether a training has ended because its time had passed: it can be taken up again."""
    return reason.startswith("max_seconds=")


def state_of(part: object) -> Mapping[str, npt.NDArray[Any]]:
    """Return what something that a component has bound remembers, by name.

    It is its attribute ``state``, or of a method that of its object; what has none remembers
    nothing.
    """
    for holder in (part, getattr(part, "__self__", None)):
        state = getattr(holder, "state", None)
        if isinstance(state, Mapping):
            return state
    return {}


def states_of(parts: Mapping[str, object]) -> Arrays:
    """Return what some parts remember, each array behind the name of its part."""
    return {
        f"{part}/{name}": array
        for part, bound in parts.items()
        for name, array in state_of(bound).items()
    }


def put_back(saved: Arrays, into: Arrays) -> None:
    """Write saved arrays into those of a training, in place.

    Raises
    ------
    CheckpointError
        If they are not those of the same training; nothing is written then.
    """
    if missing := sorted(saved.keys() ^ into.keys()):
        raise CheckpointError(
            f"it is of another training: one of them has {missing[0]}, the other has not"
        )
    for name, array in saved.items():
        if (array.shape, array.dtype) != (into[name].shape, into[name].dtype):
            raise CheckpointError(
                f"it is of another training: {name} is {array.dtype} of shape {array.shape}, "
                f"expected {into[name].dtype} of {into[name].shape}"
            )
    for name, array in saved.items():
        into[name][...] = array
