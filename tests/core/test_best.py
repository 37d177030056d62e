"""The best epoch so far, how long ago it was, and what is kept of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpframe import BestSoFar, Better, Epoch
from bpframe.errors import ConfigError
from bpframe.testing.samples import random_parameters

NAN, INF = float("nan"), float("inf")


def epochs(values: list[float], metric: str = "validation/cost") -> list[Epoch]:
    return [Epoch(number, {metric: value}, 0.0) for number, value in enumerate(values, 1)]


def looked(
    values: list[float], name: str = "validation/cost", **options: Any
) -> tuple[list[bool], BestSoFar]:
    best = BestSoFar(**options)
    return [best.look(epoch) for epoch in epochs(values, name)], best


def test_nothing_is_best_at_first() -> None:
    best = BestSoFar()
    assert (best.epoch, best.waited) == (0, 0)


def test_costs_are_better_lower_and_accuracies_higher() -> None:
    found, best = looked([3, 2, 2, 4, 1, 5])
    assert found == [True, True, False, False, True, False]
    assert (best.epoch, best.waited) == (5, 1)
    found, best = looked([0.3, 0.2, 0.3, 0.4, 0.1], "validation/accuracy")
    assert found == [True, False, False, True, False]
    assert (best.epoch, best.waited) == (4, 1)


def test_the_metric_of_an_epoch_is_accuracy_then_cost() -> None:
    best = BestSoFar()
    assert best.look(Epoch(1, {"validation/cost": 1.0, "validation/accuracy": 0.5}, 0.0))
    assert not best.look(Epoch(2, {"validation/cost": 0.5, "validation/accuracy": 0.4}, 0.0))


def test_another_metric_may_be_named() -> None:
    best = BestSoFar("train/cost")
    assert best.look(Epoch(1, {"train/cost": 1.0, "validation/accuracy": 0.5}, 0.0))
    assert best.look(Epoch(2, {"train/cost": 0.5, "validation/accuracy": 0.4}, 0.0))


def test_an_epoch_says_which_metrics_are_better_higher() -> None:
    best = BestSoFar("validation/r2")
    for number, value in ((1, 0.1), (2, 0.9)):
        assert best.look(Epoch(number, {"validation/r2": value}, 0.0, frozenset({"r2"})))


@pytest.mark.parametrize(
    ("better", "expected"),
    [("auto", 2), ("lower", 2), ("higher", 3), (Better.higher, 3), (Better.lower, 2)],
)
def test_better_may_be_said(better: Better | str, expected: int) -> None:
    assert looked([2, 1, 3], better=better)[1].epoch == expected
    assert looked([2, 1, 3], "x/y", metric="x/y", better=better)[1].epoch == expected


def test_a_gain_must_be_more_than_the_least_one() -> None:
    found, best = looked([4, 3.5, 3, 2.5, 1], min_gain=1.0)
    assert found == [True, False, False, True, True]
    assert best.epoch == 5


def test_the_first_epoch_needs_no_gain() -> None:
    assert looked([1e300], min_gain=1e300)[0] == [True]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, -2.0, 1e300]), min_size=1, max_size=20))
def test_the_best_is_the_first_of_the_lowest(values: list[float]) -> None:
    _, best = looked(values)
    assert best.epoch == 1 + int(np.argmin(values))
    assert best.waited == len(values) - best.epoch


def test_what_is_no_number_is_never_the_best() -> None:
    found, best = looked([NAN, INF, 2, NAN, 1])
    assert found == [False, False, True, False, True]
    assert best.epoch == 5
    _, best = looked([NAN, NAN])
    assert (best.epoch, best.waited) == (0, 2)


def test_without_validation_samples_no_epoch_is_the_best() -> None:
    found, best = looked([3, 2, 1], "train/cost")
    assert found == [False] * 3
    assert (best.epoch, best.waited) == (0, 3)


@pytest.mark.parametrize("better", Better)
def test_an_unknown_metric_names_those_there_are(better: Better) -> None:
    best = BestSoFar("validation/cots", better=better)
    with pytest.raises(ConfigError, match="known are") as error:
        best.look(epochs([1.0])[0])
    assert str(error.value) == (
        "there is no metric 'validation/cots'; known are validation/cost. Did you mean "
        "'validation/cost'?"
    )


def test_waiting_can_begin_anew() -> None:
    _, best = looked([1, 2, 2])
    best.waited = 0
    assert (best.epoch, best.waited) == (1, 0)
    best.look(Epoch(4, {"validation/cost": 2.0}, 0.0))
    assert (best.epoch, best.waited) == (1, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_parameters_of_the_best_epoch_are_kept(dtype: Any) -> None:
    parameters = random_parameters(0, dtype)
    best, seen = BestSoFar(parameters=parameters), [parameters.vector.copy()]
    assert best.parameters.tobytes() == seen[0].tobytes()
    for epoch in epochs([3, 1, 2, 2]):
        parameters.vector[:] = random_parameters(epoch.number, dtype).vector
        seen.append(parameters.vector.copy())
        best.look(epoch)
    assert best.parameters.dtype == dtype
    assert best.parameters.tobytes() == seen[2].tobytes()
    assert parameters.vector.tobytes() == seen[4].tobytes()


def test_its_state_is_all_and_changes_in_place() -> None:
    parameters = random_parameters(0)
    first, second = BestSoFar(parameters=parameters), BestSoFar(parameters=random_parameters(5))
    arrays = dict(first.state)
    for epoch in epochs([3, 1, 2]):
        parameters.vector += 1
        first.look(epoch)
    assert first.state.keys() == arrays.keys() == second.state.keys()
    assert all(first.state[name] is array for name, array in arrays.items())
    for name, array in second.state.items():
        array[...] = arrays[name]
    assert (second.epoch, second.waited) == (2, 1)
    assert second.parameters.tobytes() == first.parameters.tobytes()
    assert not second.look(Epoch(4, {"validation/cost": 1.0}, 0.0))
    assert second.look(Epoch(5, {"validation/cost": 0.9}, 0.0))


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        ([1, 2], {}, "validation/cost has not fallen for 1 epoch; the best is epoch 1"),
        ([2, 1, 2, 2], {}, "validation/cost has not fallen for 2 epochs; the best is epoch 2"),
        (
            [2, 1.9, 1.8],
            {"min_gain": 0.25},
            "validation/cost has not fallen by more than 0.25 for 2 epochs; the best is epoch 1",
        ),
        (
            [2, 1],
            {"better": "higher"},
            "validation/cost has not risen for 1 epoch; the best is epoch 1",
        ),
        ([NAN], {}, "validation/cost has not fallen for 1 epoch; no epoch has been the best"),
    ],
)
def test_it_tells_how_long_nothing_was_better(
    values: list[float], options: dict[str, Any], told: str
) -> None:
    assert looked(values, **options)[1].told(epochs(values)[-1]) == told


def test_it_tells_of_accuracies_that_they_have_not_risen() -> None:
    _, best = looked([0.5, 0.4], "validation/accuracy")
    assert best.told(epochs([0.4], "validation/accuracy")[0]) == (
        "validation/accuracy has not risen for 1 epoch; the best is epoch 1"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"metric": "test/cost"},
            "metric is 'test/cost'; it must be of the training or validation samples, for the test "
            "set selects nothing",
        ),
        ({"better": "more"}, "better is 'more'; it must be 'auto', 'higher' or 'lower'"),
        ({"min_gain": -0.5}, "min_gain is -0.5; it must be a number, 0 or more"),
        ({"min_gain": NAN}, "min_gain is nan; it must be a number, 0 or more"),
        ({"min_gain": INF}, "min_gain is inf; it must be a number, 0 or more"),
    ],
)
def test_a_wrong_value_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        BestSoFar(**options)
    assert str(error.value) == message
