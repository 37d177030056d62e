"""What ends a training early, and is wrong in one way each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import BestSoFar, Epoch, Parameters, Stopping, Watch

SHARED = BestSoFar()


@dataclass(frozen=True)
class LowEnough(Stopping):
    """Stops at a cost that is low enough: nothing is wrong with it."""

    def bind(self, parameters: Parameters) -> Watch:
        return Low()


class Low(Watch):
    def look(self, epoch: Epoch) -> Any:
        return "low enough" if epoch.metrics["train/cost"] < 0.2 else None


@dataclass(frozen=True)
class Never(Stopping):
    """Ends nothing: nothing is wrong with it."""

    def bind(self, parameters: Parameters) -> None:
        return None


@dataclass(frozen=True)
class BackToTheBest(Stopping):
    """Puts the best epoch back: nothing is wrong with it."""

    def bind(self, parameters: Parameters) -> Watch:
        return Back(parameters)


class Back(Watch):
    def __init__(self, parameters: Parameters) -> None:
        self._parameters, self._vector = parameters, parameters.vector
        self._best = BestSoFar(parameters=parameters)
        self.state = self._best.state

    def look(self, epoch: Epoch) -> str | None:
        self._best.look(epoch)
        return None

    def restore(self) -> int | None:
        self._vector[:] = self._best.parameters
        return self._best.epoch


class AlwaysTrue(Watch):
    def look(self, epoch: Epoch) -> Any:
        return True


@dataclass(frozen=True)
class NoReason(Stopping):
    """Says that it is enough, and not why."""

    def bind(self, parameters: Parameters) -> Watch:
        return AlwaysTrue()


class Zeros(Low):
    def __init__(self, parameters: Parameters) -> None:
        parameters.vector[:] = 0


@dataclass(frozen=True)
class ClearsAtFirst(Stopping):
    """Changes the parameters when it is bound."""

    def bind(self, parameters: Parameters) -> Watch:
        return Zeros(parameters)


class Shrinking(Back):
    def look(self, epoch: Epoch) -> str | None:
        self._vector *= 0.5
        return super().look(epoch)


@dataclass(frozen=True)
class Shrinks(Stopping):
    """Changes the parameters when it looks."""

    def bind(self, parameters: Parameters) -> Watch:
        return Shrinking(parameters)


class Counting(Watch):
    def __init__(self) -> None:
        self._looked = 0

    def look(self, epoch: Epoch) -> str | None:
        self._looked += 1
        return "seen enough" if self._looked > 20 else None


@dataclass(frozen=True)
class NotInState(Stopping):
    """Counts, and does not say so."""

    def bind(self, parameters: Parameters) -> Watch:
        return Counting()


class KeepingOutside(Back):
    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self.state = {name: a for name, a in self.state.items() if name != "parameters"}


@dataclass(frozen=True)
class BestNotInState(Stopping):
    """Has the number of the best epoch in its state, and its parameters elsewhere."""

    def bind(self, parameters: Parameters) -> Watch:
        return KeepingOutside(parameters)


class Copying(Watch):
    def __init__(self) -> None:
        self.state = {"costs": np.zeros(0)}

    def look(self, epoch: Epoch) -> str | None:
        self.state = {"costs": np.append(self.state["costs"], epoch.metrics["train/cost"])}
        return None


@dataclass(frozen=True)
class NewArrays(Stopping):
    """Has a longer array in its state after each epoch."""

    def bind(self, parameters: Parameters) -> Watch:
        return Copying()


class OfAll(Watch):
    state = SHARED.state

    def look(self, epoch: Epoch) -> str | None:
        SHARED.look(epoch)
        return SHARED.told(epoch) if SHARED.waited > 9 else None


@dataclass(frozen=True)
class SharedBest(Stopping):
    """Goes on where the training before has ended."""

    def bind(self, parameters: Parameters) -> Watch:
        return OfAll()


class Referring(Back):
    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self._best.state["parameters"] = parameters.vector.view()


@dataclass(frozen=True)
class NoCopy(Stopping):
    """Keeps the best parameters where they are trained further."""

    def bind(self, parameters: Parameters) -> Watch:
        return Referring(parameters)


class Halved(Back):
    def restore(self) -> int | None:
        number = super().restore()
        self._vector[:] = self._vector.astype(np.float16)
        return number


@dataclass(frozen=True)
class RoundsThem(Stopping):
    """Puts back parameters that are rounded."""

    def bind(self, parameters: Parameters) -> Watch:
        return Halved(parameters)


class Replacing(Back):
    def restore(self) -> int | None:
        self._parameters.vector = self._best.parameters.copy()
        return self._best.epoch


@dataclass(frozen=True)
class AnotherVector(Stopping):
    """Puts a new vector in the place of the one that the layers are views of."""

    def bind(self, parameters: Parameters) -> Watch:
        return Replacing(parameters)


class Silent(Back):
    def restore(self) -> int | None:
        super().restore()
        return None


@dataclass(frozen=True)
class SaysNothing(Stopping):
    """Puts the best epoch back, and does not say so."""

    def bind(self, parameters: Parameters) -> Watch:
        return Silent(parameters)


class Confirming(Low):
    def restore(self) -> Any:
        return True


@dataclass(frozen=True)
class NoNumber(Stopping):
    """Says that an epoch is put back, and not which."""

    def bind(self, parameters: Parameters) -> Watch:
        return Confirming()


REASON = "looking_gives_a_reason_or_none"
STAY = "parameters_stay_as_they_were"
STATE = "state_is_all_that_is_remembered"
OWN = "two_trainings_share_no_state"
RESTORE = "restore_puts_back_the_parameters_of_its_epoch"
RIGHT = [LowEnough(), Never(), BackToTheBest()]
WRONG: list[tuple[Stopping, set[str]]] = [
    (NoReason(), {REASON}),
    (ClearsAtFirst(), {STAY}),
    (Shrinks(), {STAY, RESTORE}),
    (NotInState(), {STATE}),
    (BestNotInState(), {STATE}),
    (NewArrays(), {STATE}),
    (SharedBest(), {STATE, OWN}),
    (NoCopy(), {RESTORE}),
    (RoundsThem(), {RESTORE}),
    (AnotherVector(), {RESTORE}),
    (SaysNothing(), {RESTORE}),
    (NoNumber(), {RESTORE}),
]
