"""Courses of a training, and checks of what is remembered from epoch to epoch in them."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bpframe.core.epoch import Epoch
from bpframe.errors import ConfigError
from bpframe.testing.assertions import NotAvailableError, require

EPOCHS = 30
# After so many epochs what is remembered is taken over by another one.
TAKEN_OVER = 17


class Looking(Protocol):
    """What looks at epochs."""

    def look(self, epoch: Epoch) -> str | None:
        """Take note of an epoch."""


class Training(Protocol):
    """A training that remembers something from epoch to epoch."""

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """All that it remembers."""

    def see(self, epoch: Epoch) -> object:
        """Return all that comes of an epoch, to be compared."""


def course(costs: Iterable[float]) -> list[Epoch]:
    """Return the epochs of a training whose costs are these, from 0 to 1."""
    return [
        Epoch(
            number,
            {
                f"{split}/{name}": value
                for split in ("train", "validation")
                for name, value in (("cost", cost), ("accuracy", 1 - cost))
            },
            1.0,
        )
        for number, cost in enumerate(costs, 1)
    ]


# How a training may go: better in each epoch, the same, and worse after a third of the epochs.
COURSES = {
    "a falling cost": course(np.linspace(1, 0.1, EPOCHS)),
    "a flat cost": course(np.full(EPOCHS, 0.5)),
    "a cost that rises again": course(abs(np.arange(EPOCHS) - EPOCHS // 3) / EPOCHS),
}


def looked(looking: Looking, epoch: Epoch) -> str | None:
    """Return what looking at an epoch gives.

    Raises
    ------
    NotAvailableError
        If it asks for a metric that is not there.
    """
    try:
        return looking.look(epoch)
    except ConfigError as error:
        raise NotAvailableError(str(error)) from error


def require_reasons(make: Callable[[], Looking]) -> str | None:
    """Require a text or None for each epoch; return the last reason that there was."""
    told = None
    for epochs in COURSES.values():
        looking = make()
        for epoch in epochs:
            reason: object = looked(looking, epoch)
            require(
                reason is None or (isinstance(reason, str) and bool(reason.strip())),
                f"look gave {reason!r} for epoch {epoch.number}; it must be a reason to end the "
                "training, or None",
            )
            told = str(reason) if reason else told
    return told


def require_arrays(state: Mapping[str, Any]) -> None:
    """Require that a state is one that a checkpoint can keep."""
    for key, array in state.items():
        # One that holds objects cannot be written without pickle.
        require(
            isinstance(array, np.ndarray) and not array.dtype.hasobject,
            f"state['{key}'] is {reprlib.repr(array)}; it must be an array of numbers",
        )


def require_state_is_all(make: Callable[[], Training]) -> None:
    """Require that a training that takes over the arrays of another goes on as that one does."""
    for name, epochs in COURSES.items():
        first, second = make(), make()
        arrays = dict(first.state)
        require_arrays(arrays)
        for epoch in epochs[:TAKEN_OVER]:
            first.see(epoch)
        after = dict(first.state)
        require(
            list(after) == list(arrays) and all(after[key] is arrays[key] for key in arrays),
            f"state has other arrays after {name}; write into those that are there: array[:] = …",
        )
        for key, array in second.state.items():
            array[...] = arrays[key]
        for epoch in epochs[TAKEN_OVER:]:
            expected, found = first.see(epoch), second.see(epoch)
            require(
                expected == found,
                f"{name}: what takes over the arrays of state after epoch {TAKEN_OVER} gives "
                f"{found!r} at epoch {epoch.number}, where {expected!r} is right; all that is "
                "remembered must be in state",
            )


def require_own_state(make: Callable[[], Training]) -> None:
    """Require that a second training goes as the first one did."""
    for name, epochs in COURSES.items():
        first, second = ([training.see(e) for e in epochs] for training in (make(), make()))
        for epoch, f, s in zip(epochs, first, second, strict=True):
            require(
                f == s,
                f"{name}: the second training gives {s!r} at epoch {epoch.number}, the first gave "
                f"{f!r}; what is remembered belongs to what bind returns",
            )
