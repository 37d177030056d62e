"""Schedules against PyTorch's, their bounds, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Array, Epoch, Schedule
from bpframe_schedules import ConstantRate, Cosine, Exponential, OneCycle, Plateau, Steps

NAN = float("nan")
# The rates of PyTorch 2.13 for a learning rate of 1, a step an epoch: what makes its scheduler, and
# the schedule that is the same here. The last step of its OneCycleLR has the final rate, which
# would be the next one here, and its pct_start counts the steps to the last but one.
OF_PYTORCH: dict[str, tuple[Callable[[Any, Any], Any], Schedule, list[float]]] = {
    "StepLR": (
        lambda of, o: of.StepLR(o, 3, 0.1),
        Steps(3, 0.1),
        [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001],
    ),
    "ExponentialLR": (
        lambda of, o: of.ExponentialLR(o, 0.9),
        Exponential(0.9),
        [1, 0.9, 0.81, 0.729, 0.6561, 0.59049, 0.531441, 0.4782969, 0.43046721, 0.387420489],
    ),
    "CosineAnnealingLR": (
        lambda of, o: of.CosineAnnealingLR(o, 10, 0.1),
        Cosine(final=0.1),
        [
            1,
            0.9779754323328191,
            0.9140576474687263,
            0.8145033635316129,
            0.6890576474687263,
            0.55,
            0.41094235253127376,
            0.2854966364683872,
            0.18594235253127372,
            0.12202456766718092,
        ],
    ),
    "OneCycleLR": (
        lambda of, o: of.OneCycleLR(o, 1.0, total_steps=11, pct_start=4 / 11),
        OneCycle(),
        [
            0.04,
            0.28,
            0.76,
            1,
            0.9504846320134737,
            0.8117456539497631,
            0.6112620219362893,
            0.38874197806371075,
            0.18825834605023697,
            0.049519367986526286,
        ],
    ),
}


def factors(schedule: Schedule, epochs: int, steps: int = 1) -> Array:
    """Return the factors of all steps of a training."""
    rates = schedule.bind(steps, epochs)
    return np.concatenate([rates.factors(epoch) for epoch in range(1, epochs + 1)])


@pytest.mark.parametrize("name", OF_PYTORCH)
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_numbers_of_pytorch(name: str, steps: int) -> None:
    _, schedule, expected = OF_PYTORCH[name]
    if name in ("CosineAnnealingLR", "OneCycleLR"):
        # These depend on the part of the training that has passed, however it is cut into epochs.
        found = factors(schedule, 10 // steps, steps)
    else:
        found = factors(schedule, 10, steps)[::steps]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("name", OF_PYTORCH)
def test_the_schedulers_of_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    make, schedule, _ = OF_PYTORCH[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    expected = []
    for _ in range(10):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    np.testing.assert_allclose(factors(schedule, 10), expected, rtol=1e-12)


def test_a_constant_rate_is_the_optimizers() -> None:
    assert (factors(ConstantRate(), 7, 3) == 1).all()


def test_steps_come_at_the_start_of_an_epoch() -> None:
    assert factors(Steps(2, 0.5), 5, 2).tolist() == [1] * 4 + [0.5] * 4 + [0.25] * 2


@pytest.mark.parametrize("warm_up", [0.1, 0.3, 0.7, 1.1, 2.9])
def test_rounding_does_not_delay_a_step(warm_up: float) -> None:
    found = factors(Steps(1, 0.5, warm_up=warm_up), 20, 10)
    behind = np.round(np.arange(200) / 10 - warm_up, 6)
    assert (found == np.where(behind < 0, found, 0.5 ** np.floor(behind))).all()


def test_exponential_goes_down_within_an_epoch_too() -> None:
    np.testing.assert_allclose(factors(Exponential(0.25), 2, 2), [1, 0.5, 0.25, 0.125])
    np.testing.assert_allclose(factors(Exponential(0.25, each="epoch"), 2, 2), [1, 1, 0.25, 0.25])


def test_cosine_by_hand() -> None:
    np.testing.assert_allclose(factors(Cosine(), 4), [1, 0.5 + 0.125**0.5, 0.5, 0.5 - 0.125**0.5])


def test_behind_its_length_a_cosine_stays_at_the_final_factor() -> None:
    np.testing.assert_allclose(factors(Cosine(2, 0.2), 5), [1, 0.6, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(factors(Cosine(2, warm_up=1), 5, 2)[2:8], factors(Cosine(2), 3, 2))


def test_the_warm_up_is_before_the_cosine() -> None:
    found = factors(Cosine(warm_up=2), 6, 2)
    np.testing.assert_allclose(found[:4], [0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(found[4:], factors(Cosine(), 4, 2))


def test_one_cycle_begins_low_is_highest_once_and_ends_lowest() -> None:
    found = factors(OneCycle(rise=0.25, start=0.1, final=0.01), 8, 100)
    assert found[0] == pytest.approx(0.1)
    assert found.argmax() == 200
    assert found[200] == 1
    assert (np.diff(found[:201]) > 0).all()
    assert (np.diff(found[200:]) < 0).all()
    assert 0.01 < found[-1] < 0.0101


parts = st.floats(1e-3, 1)
warm_ups = st.one_of(st.just(0.0), st.floats(0.01, 5))
schedules = st.one_of(
    st.builds(ConstantRate, warm_up=warm_ups, each=st.sampled_from(["step", "epoch"])),
    st.builds(Steps, st.integers(1, 10), parts, warm_up=warm_ups),
    st.builds(Exponential, parts, warm_up=warm_ups, each=st.sampled_from(["step", "epoch"])),
    st.builds(Cosine, st.none() | st.integers(1, 10), parts, warm_up=warm_ups),
    st.builds(OneCycle, st.floats(0.01, 0.99), parts, parts, warm_up=warm_ups),
    st.builds(Plateau, warm_up=warm_ups),
)


@given(schedules, st.integers(16, 30), st.integers(1, 7))
def test_factors_are_from_0_to_1(schedule: Schedule, epochs: int, steps: int) -> None:
    found = factors(schedule, epochs, steps)
    assert found.shape == (epochs * steps,)
    assert (found > 0).all()
    assert (found <= 1 + 1e-12).all()


@given(schedules, st.integers(16, 30), st.integers(1, 7))
def test_none_but_one_cycle_rises_behind_the_warm_up(
    schedule: Schedule, epochs: int, steps: int
) -> None:
    found = factors(schedule, epochs, steps)[int(np.ceil(schedule.warm_up * steps)) + steps :]
    if not isinstance(schedule, OneCycle):
        assert (np.diff(found) <= 1e-12).all()


@pytest.mark.parametrize(
    ("schedule", "options", "message"),
    [
        (Steps, {"epochs": 0}, "epochs is 0; it must be 1 or more"),
        (Steps, {"factor_": 0.0}, "factor is 0.0; it must be greater than 0, and 1 at most"),
        (Steps, {"factor_": 1.5}, "factor is 1.5; it must be greater than 0, and 1 at most"),
        (Exponential, {"decay": 0.0}, "decay is 0.0; it must be greater than 0, and 1 at most"),
        (Exponential, {"decay": NAN}, "decay is nan; it must be greater than 0, and 1 at most"),
        (Cosine, {"epochs": 0}, "epochs is 0; it must be 1 or more"),
        (Cosine, {"final": -0.1}, "final is -0.1; it must be from 0 to 1"),
        (Cosine, {"final": NAN}, "final is nan; it must be from 0 to 1"),
        (OneCycle, {"rise": 0.0}, "rise is 0.0; it must be greater than 0 and less than 1"),
        (OneCycle, {"rise": 1.0}, "rise is 1.0; it must be greater than 0 and less than 1"),
        (OneCycle, {"start": 1.5}, "start is 1.5; it must be from 0 to 1"),
        (OneCycle, {"final": -1.0}, "final is -1.0; it must be from 0 to 1"),
        (Plateau, {"patience": 0}, "patience is 0; it must be 1 or more"),
        (Plateau, {"factor_": 1.0}, "factor is 1.0; it must be greater than 0 and less than 1"),
        (Plateau, {"least": 0.0}, "least is 0.0; it must be greater than 0 and less than 1"),
        (
            Plateau,
            {"metric": "test/accuracy"},
            "metric is 'test/accuracy'; it must be of the training or validation samples, for the "
            "test set selects nothing",
        ),
        (Cosine, {"warm_up": -1.0}, "warm_up is -1.0; it must be a number of epochs, 0 or more"),
        (Plateau, {"each": "batch"}, "each is 'batch'; it must be 'step' or 'epoch'"),
    ],
)
def test_a_wrong_value_is_refused(
    schedule: type[Schedule], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        schedule(**options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (
            Steps(10),
            "epochs is 10, and the training has 10: the first step never comes; it must be less "
            "than 10",
        ),
        (
            Steps(8, warm_up=2.5),
            "epochs is 8, and the training has 7.5 behind the warm-up: the first step never comes; "
            "it must be less than 7.5",
        ),
        (Cosine(11), "epochs is 11, and the training has 10: it must be 10 or less"),
        (
            Cosine(9, warm_up=2),
            "epochs is 9, and the training has 8 behind the warm-up: it must be 8 or less",
        ),
        *(
            (
                schedule(warm_up=10),
                "warm_up is 10 epochs, and the training has 10: it must be shorter",
            )
            for schedule in (ConstantRate, Steps, Exponential, Cosine, OneCycle, Plateau)
        ),
    ],
    ids=repr,
)
def test_a_schedule_longer_than_the_training_is_refused(schedule: Schedule, message: str) -> None:
    for refuse in (lambda: schedule.check(10), lambda: schedule.bind(3, 10)):
        with pytest.raises(ValueError, match="must be") as error:
            refuse()
        assert str(error.value) == message


@pytest.mark.parametrize("schedule", [Steps(9), Cosine(10), Cosine(8, warm_up=2), OneCycle()])
def test_one_that_just_fits_is_not(schedule: Schedule) -> None:
    assert schedule.bind(3, 10).factors(10).shape == (3,)


@pytest.mark.parametrize("schedule", [ConstantRate(), Steps(), Exponential(), Cosine(), OneCycle()])
def test_none_but_plateau_looks_at_metrics(schedule: Schedule) -> None:
    rates = schedule.bind(2, 30)
    assert rates.look(Epoch(1, {}, 0.0)) is None
    assert rates.state == {}
