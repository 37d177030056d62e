"""Early stopping: when, why, and with which parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Better, Epoch, Parameters
from bpframe.errors import ConfigError
from bpframe.testing.samples import random_parameters
from bpframe_stopping import EarlyStopping, NoStopping

NAN = float("nan")


def course(
    stopping: EarlyStopping, values: list[float], metric: str, parameters: Parameters | None = None
) -> tuple[int, str | None, int | None]:
    """Return the last epoch of a training with these metrics, why it ends, and what is put back.

    The parameters are all the number of the epoch.
    """
    parameters = random_parameters(0) if parameters is None else parameters
    watch, number, reason = stopping.bind(parameters), 0, None
    for number, value in enumerate(values, 1):
        parameters.vector[:] = number
        if reason := watch.look(Epoch(number, {metric: value}, 0.0)):
            break
    return number, reason, watch.restore()


def test_none_watches_nothing() -> None:
    assert NoStopping().bind(random_parameters(0)) is None


def test_no_improvement_in_ten() -> None:
    values = [0.1, 0.2, 0.3, 0.2, 0.4, 0.5, 0.6, *[0.6] * 30]
    last, reason, restored = course(EarlyStopping(), values, "validation/accuracy")
    assert last == 17
    assert restored is None
    assert reason == "validation/accuracy has not risen for 10 epochs; the best is epoch 7"


def test_values_are_judged_by_their_cost() -> None:
    last, reason, _ = course(EarlyStopping(patience=1), [3, 2, 2], "validation/cost")
    assert last == 3
    assert reason == "validation/cost has not fallen for 1 epoch; the best is epoch 2"


def test_accuracy_comes_before_cost() -> None:
    watch = EarlyStopping(patience=1).bind(random_parameters(0))
    for number, accuracy in enumerate((0.1, 0.2, 0.3), 1):
        metrics = {"validation/cost": float(number), "validation/accuracy": accuracy}
        assert watch.look(Epoch(number, metrics, 0.0)) is None


def test_a_small_gain_does_not_count() -> None:
    stopping = EarlyStopping("train/cost", patience=3, min_gain=0.5)
    last, reason, _ = course(stopping, [3, 2.75, 2.5, 2.25, 2, 1.75, 1.75, 1], "train/cost")
    # 2.25 is more than 0.5 below 3, and 1.75 is just that far below 2.25.
    assert last == 7
    assert reason == (
        "train/cost has not fallen by more than 0.5 for 3 epochs; the best is epoch 4"
    )


@pytest.mark.parametrize("better", ["higher", Better.higher])
def test_of_a_metric_of_ones_own_one_says_what_is_better(better: Any) -> None:
    stopping = EarlyStopping("mine/margin", patience=2, better=better)
    last, reason, _ = course(stopping, [1, 2, 3, 3, 2], "mine/margin")
    assert (last, reason) == (5, "mine/margin has not risen for 2 epochs; the best is epoch 3")
    assert stopping == EarlyStopping("mine/margin", patience=2, better=Better.higher)


def test_an_epoch_tells_which_metrics_are_better_higher() -> None:
    watch = EarlyStopping("validation/r2", patience=1).bind(random_parameters(0))
    for number in (1, 2, 3):
        epoch = Epoch(number, {"validation/r2": number / 10}, 0.0, frozenset({"r2"}))
        assert watch.look(epoch) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("patience", [2, 100])
def test_the_best_parameters_are_put_back(dtype: Any, patience: int) -> None:
    parameters = random_parameters(0, dtype)
    stopping = EarlyStopping(patience=patience, restore_best=True)
    values = [0.1, 0.7, 0.5, 0.6, 0.7, 0.2]
    last, reason, restored = course(stopping, values, "validation/accuracy", parameters)
    # Also where the training goes on to its end.
    assert (last, reason is None) == ((4, False) if patience == 2 else (6, True))
    assert restored == 2
    assert parameters.vector.dtype == dtype
    assert (parameters.vector == 2).all()


def test_without_restore_best_the_last_parameters_stay() -> None:
    parameters = random_parameters(0)
    last, _, restored = course(
        EarlyStopping(patience=2), [0.7, 0.5, 0.6], "validation/accuracy", parameters
    )
    assert (last, restored) == (3, None)
    assert (parameters.vector == 3).all()


def test_where_the_metric_is_never_a_number_nothing_is_put_back() -> None:
    parameters = random_parameters(0)
    stopping = EarlyStopping("mine/ratio", patience=2, restore_best=True)
    last, reason, restored = course(stopping, [NAN] * 5, "mine/ratio", parameters)
    assert (last, restored) == (2, None)
    assert reason == "mine/ratio has not fallen for 2 epochs; no epoch has been the best"
    assert (parameters.vector == 2).all()


def test_before_any_epoch_nothing_is_put_back() -> None:
    parameters = random_parameters(0)
    before = parameters.vector.copy()
    assert EarlyStopping(restore_best=True).bind(parameters).restore() is None
    assert (parameters.vector == before).all()


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), min_size=1, max_size=30), st.integers(1, 5))
def test_it_ends_as_soon_as_the_best_is_that_far_back(values: list[float], patience: int) -> None:
    parameters = random_parameters(0)
    stopping = EarlyStopping(patience=patience, restore_best=True)
    last, reason, restored = course(stopping, values, "validation/accuracy", parameters)
    best = 1 + int(np.argmax(values[:last]))
    assert restored == best
    assert (parameters.vector == best).all()
    assert (last - best == patience) if reason else (last == len(values))
    for earlier in range(1, last):
        assert earlier - (1 + int(np.argmax(values[:earlier]))) < patience


def test_no_more_is_kept_than_is_put_back() -> None:
    parameters = random_parameters(0)
    assert set(EarlyStopping().bind(parameters).state) == {"score", "numbers"}
    kept = EarlyStopping(restore_best=True).bind(parameters).state
    assert set(kept) == {"score", "numbers", "parameters"}
    assert not np.shares_memory(kept["parameters"], parameters.vector)


def test_without_validation_samples_it_says_what_to_do() -> None:
    watch = EarlyStopping().bind(random_parameters(0))
    with pytest.raises(ConfigError) as error:
        watch.look(Epoch(1, {"train/cost": 1.0}, 0.0))
    assert str(error.value) == (
        "stopping=early looks at validation samples, and there are none; choose another metric: "
        "stopping.metric=train/cost"
    )


def test_an_unknown_metric_is_an_error_that_names_those_there_are() -> None:
    watch = EarlyStopping("validation/acuracy").bind(random_parameters(0))
    metrics = {"train/cost": 1.0, "validation/accuracy": 0.5}
    with pytest.raises(ConfigError) as error:
        watch.look(Epoch(1, metrics, 0.0))
    assert str(error.value) == (
        "there is no metric 'validation/acuracy'; known are train/cost, validation/accuracy. Did "
        "you mean 'validation/accuracy'?"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patience": 0}, "patience is 0; it must be 1 or more"),
        ({"patience": -3}, "patience is -3; it must be 1 or more"),
        ({"min_gain": -0.1}, "min_gain is -0.1; it must be a number, 0 or more"),
        ({"min_gain": NAN}, "min_gain is nan; it must be a number, 0 or more"),
        ({"better": "up"}, "better is 'up'; it must be 'auto', 'higher' or 'lower'"),
        (
            {"metric": "test/accuracy"},
            "metric is 'test/accuracy'; it must be of the training or validation samples, for the "
            "test set selects nothing",
        ),
    ],
)
def test_a_wrong_value_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        EarlyStopping(**options)
    assert str(error.value) == message
