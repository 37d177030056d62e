"""What every schedule has: the warm-up, each step or each epoch, and its factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Array, Each, Epoch, Schedule


@dataclass(frozen=True)
class Passed(Schedule):
    """The epochs that have passed, and a thousandth of those of the training."""

    added: float = 0.0

    def factor(self, t: Array, epochs: float) -> Array:
        return t + epochs / 1000 + self.added


@dataclass(frozen=True)
class Two(Schedule):
    """Gives a single number."""

    def factor(self, t: Array, epochs: float) -> Array:
        return np.array(2, np.float32)


def all_factors(schedule: Schedule, steps: int, epochs: int) -> list[float]:
    rates = schedule.bind(steps, epochs)
    return [f for epoch in range(1, epochs + 1) for f in rates.factors(epoch).tolist()]


def test_t_is_the_part_of_the_training_that_has_passed() -> None:
    assert all_factors(Passed(), 4, 2) == pytest.approx(np.arange(8) / 4 + 0.002)


def test_with_each_epoch_it_is_that_at_its_start() -> None:
    expected = [0.002, 0.002, 1.002, 1.002]
    assert all_factors(Passed(each="epoch"), 2, 2) == pytest.approx(expected)
    assert all_factors(Passed(each=Each.epoch), 2, 2) == pytest.approx(expected)


def test_t_and_epochs_are_counted_from_the_end_of_the_warm_up() -> None:
    found = all_factors(Passed(warm_up=1.5), 2, 3)
    whole = 0.0015
    rise = np.array([1, 2, 3]) / 3
    assert found == pytest.approx([*(whole * rise), whole, whole + 0.5, whole + 1])


def test_a_single_number_is_the_factor_of_all_steps() -> None:
    factors = Two().bind(3, 1).factors(1)
    assert factors.tolist() == [2, 2, 2]
    assert factors.dtype == np.float64


def test_the_warm_up_ends_with_the_whole_rate() -> None:
    assert all_factors(Two(warm_up=2), 2, 3) == [0.5, 1, 1.5, 2, 2, 2]
    assert all_factors(Two(warm_up=2, each="epoch"), 2, 3) == [1, 1, 2, 2, 2, 2]
    assert all_factors(Two(warm_up=0.5), 4, 1) == [1, 2, 2, 2]


def test_a_warm_up_of_one_epoch_needs_steps() -> None:
    # An epoch that keeps one rate has the whole one then.
    assert all_factors(Two(warm_up=1, each="epoch"), 2, 2) == [2, 2, 2, 2]


@given(st.floats(0.01, 4.9), st.integers(1, 9), st.sampled_from(Each))
def test_a_warm_up_rises_to_1_and_no_further(warm_up: float, steps: int, each: Each) -> None:
    factors = np.array(all_factors(Two(warm_up=warm_up, each=each), steps, 5)) / 2
    assert (factors > 0).all()
    assert (np.diff(factors) >= 0).all()
    assert factors[-1] == 1
    if each is Each.step:
        assert (factors < 1).sum() <= np.ceil(warm_up * steps)
        assert factors[0] == pytest.approx(min(1, 1 / (steps * warm_up)))


def test_factors_may_be_written_into() -> None:
    rates = Two().bind(3, 2)
    rates.factors(1)[:] = 0
    assert rates.factors(1).tolist() == [2, 2, 2]


def test_a_schedule_looks_at_nothing_and_remembers_nothing() -> None:
    rates = Two().bind(3, 2)
    assert rates.look(Epoch(1, {}, 0.0)) is None
    assert rates.state == {}


def test_the_options_of_a_schedule_itself_come_first() -> None:
    assert Passed(3.0) == Passed(added=3.0)
    with pytest.raises(TypeError):
        Two(3.0)


@pytest.mark.parametrize("warm_up", [-0.5, float("nan"), float("inf")])
def test_a_warm_up_that_is_no_number_of_epochs_is_refused(warm_up: float) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        Two(warm_up=warm_up)
    assert str(error.value) == f"warm_up is {warm_up}; it must be a number of epochs, 0 or more"


@pytest.mark.parametrize("each", ["batch", "", None])
def test_each_of_something_else_is_refused(each: str | None) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        Two(each=each)
    assert str(error.value) == f"each is {each!r}; it must be 'step' or 'epoch'"


@pytest.mark.parametrize("warm_up", [2, 2.5])
def test_a_warm_up_as_long_as_the_training_is_refused(warm_up: float) -> None:
    schedule = Two(warm_up=warm_up)
    for refuse in (lambda: schedule.check(2), lambda: schedule.bind(1, 2)):
        with pytest.raises(ValueError, match="must be") as error:
            refuse()
        assert str(error.value) == (
            f"warm_up is {warm_up:g} epochs, and the training has 2: it must be shorter"
        )
    assert schedule.bind(1, 3).factors(3).tolist() == [2]
