"""The checks of whatever ends a training early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import is_whole
from bpframe.core.arrays import Array
from bpframe.core.epoch import Epoch
from bpframe.core.parameters import Parameters
from bpframe.core.stopping import Stopping, Watch
from bpframe.testing.assertions import Trial, require, trial, unchanged
from bpframe.testing.remembered import (
    COURSES,
    EPOCHS,
    looked,
    require_own_state,
    require_reasons,
    require_state_is_all,
)
from bpframe.testing.samples import DTYPES, random_parameters


def checks(stopping: Stopping) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(looking_gives_a_reason_or_none, stopping)
    yield trial(parameters_stay_as_they_were, stopping)
    yield trial(state_is_all_that_is_remembered, stopping)
    yield trial(two_trainings_share_no_state, stopping)
    yield trial(restore_puts_back_the_parameters_of_its_epoch, stopping)


def looking_gives_a_reason_or_none(stopping: Stopping) -> str | None:
    """Check what comes of looking at costs that fall, stay, or rise again."""
    return require_reasons(lambda: _bound(stopping, random_parameters(0)))


def parameters_stay_as_they_were(stopping: Stopping) -> None:
    """Check bit for bit that neither binding nor looking changes a parameter."""
    for name, epochs in COURSES.items():
        parameters = random_parameters(0)
        with unchanged("bind", parameters=parameters.vector):
            watch = _bound(stopping, parameters)
        for epoch in epochs:
            with unchanged(f"{name}: look at epoch {epoch.number}", parameters=parameters.vector):
                looked(watch, epoch)


def state_is_all_that_is_remembered(stopping: Stopping) -> None:
    """Check that one that takes over the arrays of another stops, and puts back, as that does."""
    require_state_is_all(lambda: _Training(stopping))


def two_trainings_share_no_state(stopping: Stopping) -> None:
    """Check that what is remembered belongs to what `bind` returns."""
    require_own_state(lambda: _Training(stopping))


def restore_puts_back_the_parameters_of_its_epoch(stopping: Stopping) -> str | None:
    """Check bit for bit, in both types, that they are those of the epoch that `restore` returns.

    Where it returns None, they must stay as they are. It is tried after each number of epochs.
    """
    told = None
    for dtype in DTYPES:
        for name, epochs in COURSES.items():
            for last in range(1, len(epochs) + 1):
                training = _Training(stopping, dtype)
                for epoch in epochs[:last]:
                    training.look(epoch)
                number = training.watch.restore()
                require(
                    number is None or (is_whole(number) and 1 <= number <= last),
                    f"restore gave {number!r} after {last} epochs; it must be the number of one of "
                    "them, or None",
                )
                found, expected = training.whose(), last if number is None else number
                require(
                    found == expected,
                    f"{name}: restore gave {number} after {last} epochs, and the parameters are "
                    f"{f'those of epoch {found}' if found else 'of none of them'}; they must be "
                    f"those of epoch {expected}, bit for bit",
                )
                if number is not None:
                    told = f"{name}: epoch {number} is put back after {last}"
    return told


class _Training:
    """A training whose parameters are others after each epoch, and what watches it."""

    def __init__(self, stopping: Stopping, dtype: Any = np.float64) -> None:
        parameters = random_parameters(0, dtype)
        # The layers are views of this one, whatever may be put in its place.
        self._vector = parameters.vector
        self.watch = _bound(stopping, parameters)

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        return self.watch.state

    def look(self, epoch: Epoch) -> str | None:
        """Change the parameters, then look."""
        self._vector[:] = self._of(epoch.number)
        return looked(self.watch, epoch)

    def see(self, epoch: Epoch) -> tuple[str | None, int | None, int | None]:
        """Look, and at the last epoch tell which one is put back, and whose parameters are."""
        reason = self.look(epoch)
        return reason, self.watch.restore() if epoch.number == EPOCHS else None, self.whose()

    def whose(self) -> int | None:
        """Return the number of the epoch whose parameters these are, if they are of any."""
        vector = self._vector
        number = round(float(vector[0]) * 7)
        return number if vector.tobytes() == self._of(number).tobytes() else None

    def _of(self, number: int) -> Array:
        """Return the parameters after an epoch: all are different, and are rounded."""
        vector = self._vector
        return np.arange(1, len(vector) + 1, dtype=vector.dtype) * vector.dtype.type(number / 7)


def _bound(stopping: Stopping, parameters: Parameters) -> Watch:
    """Return what watches a training; one that never ends it, where nothing does."""
    return stopping.bind(parameters) or _Nothing()


class _Nothing(Watch):
    """Stands for a training that nothing watches."""

    def look(self, epoch: Epoch) -> str | None:
        return None
