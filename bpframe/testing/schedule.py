"""The checks of every schedule."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.epoch import Epoch
from bpframe.core.schedule import Each, Rates, Schedule
from bpframe.testing.assertions import Trial, require, require_array, require_close, trial
from bpframe.testing.remembered import (
    EPOCHS,
    looked,
    require_own_state,
    require_reasons,
    require_state_is_all,
)

STEPS = 5
# Trainings that it is tried with; a schedule may need a long one.
TRAININGS = (EPOCHS, 10 * EPOCHS, 100 * EPOCHS)
ROUNDING = 1e-6


def checks(schedule: Schedule) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(factors_are_finite_and_not_negative, schedule)
    yield trial(factors_of_an_epoch_stay_the_same, schedule)
    yield trial(an_epoch_can_keep_one_rate, schedule)
    yield trial(factors_rise_in_a_straight_line_while_it_warms_up, schedule)
    yield trial(too_long_a_warm_up_is_refused, schedule)
    yield trial(looking_gives_a_reason_or_none, schedule)
    yield trial(state_is_all_that_is_remembered, schedule)
    yield trial(two_trainings_share_no_state, schedule)


def factors_are_finite_and_not_negative(schedule: Schedule) -> str:
    """Check the factors of the first epochs, and of others up to the last one."""
    rates, epochs = _bound(schedule)
    seen: list[Array] = []
    for epoch in np.unique(np.linspace(1, epochs, 100, dtype=int)).tolist():
        factors = rates.factors(epoch)
        require_array(f"factors({epoch})", factors, (STEPS,), np.float64)
        require(
            bool((np.isfinite(factors) & (factors >= 0)).all()),
            f"factors({epoch}) are {factors.tolist()}; they must be finite, and 0 or more",
        )
        seen.append(factors)
    require(
        not schedule.constant or bool((np.array(seen) == 1).all()),
        f"constant is True, and factors go from {np.min(seen):.3g} to {np.max(seen):.3g}; a rate "
        "that changes says constant = False",
    )
    return f"from {np.min(seen):.3g} to {np.max(seen):.3g} in {epochs} epochs"


def factors_of_an_epoch_stay_the_same(schedule: Schedule) -> None:
    """Check that they are the same when they are asked for again, and whoever writes into them."""
    rates, _ = _bound(schedule)
    for epoch in (1, 3, 2):
        first = rates.factors(epoch)
        expected = first.tolist()
        first[:] = np.nan
        again = rates.factors(epoch).tolist()
        require(
            again == expected,
            f"factors({epoch}) are {again} when they are asked for again, and {expected} before",
        )


def an_epoch_can_keep_one_rate(schedule: Schedule) -> None:
    """Check that the factors of an epoch are all alike with ``each="epoch"``."""
    for warm_up in (0.0, 2.5):
        rates, epochs = _bound(schedule, warm_up=warm_up, each=Each.epoch)
        for epoch in (1, 2, 3, epochs // 2, epochs):
            factors = rates.factors(epoch)
            require(
                bool((factors == factors[0]).all()),
                f"factors({epoch}) with each='epoch' and warm_up={warm_up} are {factors.tolist()}; "
                "they must all be the same",
            )


def factors_rise_in_a_straight_line_while_it_warms_up(schedule: Schedule) -> None:
    """Check that the factor of step k of n is k/n of the last one's, before all else begins."""
    warm_up = 3
    rates, _ = _bound(schedule, warm_up=float(warm_up), each=Each.step)
    factors = np.concatenate([rates.factors(epoch) for epoch in range(1, warm_up + 1)])
    require_close(
        f"the factor of each step in a warm-up of {warm_up} epochs, {STEPS} steps each",
        factors,
        factors[-1] * np.arange(1, len(factors) + 1) / len(factors),
        relative=ROUNDING,
    )


def too_long_a_warm_up_is_refused(schedule: Schedule) -> None:
    """Check that a warm-up as long as the training is a ValueError that says so."""
    _, epochs = _bound(schedule)
    long = dataclasses.replace(schedule, warm_up=float(epochs))
    for name, call in (
        ("check", lambda: long.check(epochs)),
        ("bind", lambda: long.bind(STEPS, epochs)),
    ):
        said = None
        try:
            call()
        except ValueError as error:
            said = str(error)
        require(
            bool(said),
            f"{name} takes a warm-up of {epochs} epochs for a training of {epochs}; it must raise "
            "a ValueError with the reason, as that of Schedule does",
        )


def looking_gives_a_reason_or_none(schedule: Schedule) -> str | None:
    """Check what comes of looking at costs that fall, stay, or rise again."""
    return require_reasons(lambda: _bound(schedule)[0])


def state_is_all_that_is_remembered(schedule: Schedule) -> None:
    """Check that a schedule that takes over the arrays of another gives the same factors."""
    require_state_is_all(lambda: _Training(schedule))


def two_trainings_share_no_state(schedule: Schedule) -> None:
    """Check that what is remembered belongs to what `bind` returns."""
    require_own_state(lambda: _Training(schedule))


class _Training:
    """A training of which nothing but factors and reasons is seen."""

    def __init__(self, schedule: Schedule) -> None:
        self._rates, _ = _bound(schedule)

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        return self._rates.state

    def see(self, epoch: Epoch) -> tuple[list[float], str | None]:
        return self._rates.factors(epoch.number).tolist(), looked(self._rates, epoch)


def _bound(schedule: Schedule, **options: Any) -> tuple[Rates, int]:
    """Return the factors of a training that is long enough, and how long it is.

    Some options of the schedule may be others.
    """
    chosen = dataclasses.replace(schedule, **options)
    refusal = ""
    for epochs in TRAININGS:
        try:
            return chosen.bind(STEPS, epochs), epochs
        except ValueError as error:
            refusal = str(error)
    raise AssertionError(f"refuses trainings of {', '.join(map(str, TRAININGS))} epochs: {refusal}")
