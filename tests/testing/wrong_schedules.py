"""Schedules that are wrong in one way each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Array, BestSoFar, Each, Epoch, Rates, Schedule

SHARED = BestSoFar()


@dataclass(frozen=True)
class Line(Schedule):
    """A line down to 0: nothing is wrong with it."""

    def factor(self, t: Array, epochs: float) -> Array:
        return 1 - t / epochs


@dataclass(frozen=True)
class NeedsALongTraining(Line):
    """Refuses short trainings: nothing is wrong with it."""

    def check(self, epochs: int) -> None:
        super().check(epochs)
        if epochs < 200:
            raise ValueError(f"the training has {epochs} epochs; it must have 200 or more")


@dataclass(frozen=True)
class BelowZero(Schedule):
    """A line that goes on below 0."""

    def factor(self, t: Array, epochs: float) -> Array:
        return 1 - 2 * t / epochs


@dataclass(frozen=True)
class RefusesAll(Line):
    """Takes no training."""

    def check(self, epochs: int) -> None:
        raise ValueError(f"the training has {epochs} epochs")


@dataclass(frozen=True)
class Own(Line):
    """Derives its own rates, a class of them."""

    rates = Rates

    def bind(self, steps: int, epochs: int) -> Rates:
        self.check(epochs)
        return self.rates(self, steps, epochs)


class CastToSingle(Rates):
    def factors(self, epoch: int) -> Array:
        return super().factors(epoch).astype(np.float32)


@dataclass(frozen=True)
class SinglePrecision(Own):
    """Gives float32."""

    rates = CastToSingle


class Same(Rates):
    """Gives away the array that it goes on with."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._given: dict[int, Array] = {}

    def factors(self, epoch: int) -> Array:
        return self._given.setdefault(epoch, super().factors(epoch))


@dataclass(frozen=True)
class OneArray(Own):
    """Gives the same array again, which a trainer may have multiplied."""

    rates = Same


class Asked(Rates):
    """Counts how often it is asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._asked = 0

    def factors(self, epoch: int) -> Array:
        self._asked += 1
        return super().factors(epoch) / self._asked


@dataclass(frozen=True)
class ByCalls(Own):
    """Goes down with each call, whatever the epoch is."""

    rates = Asked


class NeverConstant(Rates):
    def factors(self, epoch: int) -> Array:
        factors = super().factors(epoch)
        return factors * np.linspace(1, 0.9, self._steps) if epoch > 3 else factors


@dataclass(frozen=True)
class AlwaysByStep(Own):
    """Changes with every step, whatever it is told."""

    rates = NeverConstant


class Ones(Rates):
    def factors(self, epoch: int) -> Array:
        return np.ones(self._steps)


@dataclass(frozen=True)
class NeverWarm(Own):
    """Forgets the warm-up."""

    rates = Ones


@dataclass(frozen=True)
class Unchecked(Line):
    """Checks its own options, and not those that every schedule has."""

    def check(self, epochs: int) -> None:
        pass


@dataclass(frozen=True)
class UncheckedBind(Line):
    """Forgets to check when it is bound."""

    def bind(self, steps: int, epochs: int) -> Rates:
        return Rates(self, steps, epochs)


class Enough(Rates):
    def look(self, epoch: Epoch) -> Any:
        return epoch.number > 5


@dataclass(frozen=True)
class NoReason(Own):
    """Says that it is enough, and not why."""

    rates = Enough


class Forgetful(Rates):
    """Keeps the best epoch to itself."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._best = BestSoFar()

    def factors(self, epoch: int) -> Array:
        return super().factors(epoch) * 0.5**self._best.waited

    def look(self, epoch: Epoch) -> None:
        self._best.look(epoch)


@dataclass(frozen=True)
class NotInState(Own):
    """Goes down by what it does not say that it remembers."""

    rates = Forgetful


class Renewed(Rates):
    """Puts a new array in the place of the one before."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.state = {"worst": np.zeros(1)}

    def look(self, epoch: Epoch) -> None:
        self.state = {"worst": np.maximum(self.state["worst"], epoch.metrics["train/cost"])}


@dataclass(frozen=True)
class NewArrays(Own):
    """Has other arrays in its state after each epoch."""

    rates = Renewed


class Pickled(Rates):
    """Remembers what a file without pickle cannot hold."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.state = {"epoch": np.array([None])}


@dataclass(frozen=True)
class Objects(Own):
    """Has objects in its state."""

    rates = Pickled


class OfAll(Forgetful):
    """Shares the best epoch with every other training."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._best = SHARED
        self.state = SHARED.state


@dataclass(frozen=True)
class SharedBest(Own):
    """Goes on where the training before has ended."""

    rates = OfAll


FINITE = "factors_are_finite_and_not_negative"
SAME = "factors_of_an_epoch_stay_the_same"
KEEPS = "an_epoch_can_keep_one_rate"
WARMS_UP = "factors_rise_in_a_straight_line_while_it_warms_up"
TOO_LONG = "too_long_a_warm_up_is_refused"
REASON = "looking_gives_a_reason_or_none"
STATE = "state_is_all_that_is_remembered"
OWN = "two_trainings_share_no_state"
RIGHT = [Line(), Line(warm_up=2.5, each=Each.epoch), NeedsALongTraining(), Own()]
WRONG: list[tuple[Schedule, set[str]]] = [
    (BelowZero(), {FINITE}),
    (SinglePrecision(), {FINITE}),
    (RefusesAll(), {FINITE, SAME, KEEPS, WARMS_UP, TOO_LONG, REASON, STATE, OWN}),
    (OneArray(), {SAME}),
    (ByCalls(), {SAME, WARMS_UP, STATE}),
    (AlwaysByStep(), {KEEPS}),
    (NeverWarm(), {WARMS_UP}),
    (Unchecked(), {TOO_LONG}),
    (UncheckedBind(), {TOO_LONG}),
    (NoReason(), {REASON}),
    (NotInState(), {STATE}),
    (NewArrays(), {STATE}),
    (Objects(), {STATE}),
    (SharedBest(), {STATE, OWN}),
]
