"""The book's schedule: halved when nothing gets better, ended at 1/128."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from bpframe import Epoch
from bpframe.errors import ConfigError
from bpframe_schedules import Plateau

COSTS = [5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2]
# PyTorch 2.13: ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0), with these costs.
OF_PYTORCH = [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5] + [0.25] * 6 + [0.125] * 2


def course(
    schedule: Plateau, values: Iterable[float], metric: str = "train/cost"
) -> tuple[list[float], str | None]:
    """Return the factor of each epoch of a training that has these metrics, and why it ends."""
    values = list(values)
    rates, seen = schedule.bind(2, len(values)), []
    for number, value in enumerate(values, 1):
        factors = rates.factors(number)
        assert factors.shape == (2,)
        seen.append(float(factors[-1]))
        if reason := rates.look(Epoch(number, {metric: value}, 0.0)):
            return seen, reason
    return seen, None


def test_pytorchs_with_a_patience_of_one_more() -> None:
    assert course(Plateau("train/cost", patience=3), COSTS) == (OF_PYTORCH, None)


def test_the_scheduler_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    costs = rng.integers(0, 30, 200).astype(float).tolist()
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=6, threshold=0, eps=0
    )
    expected = []
    for cost in costs:
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(cost)
    assert course(Plateau("train/cost", patience=7, least=1e-300), costs) == (expected, None)


def test_the_books_problem() -> None:
    # Best in epoch 3; ten epochs without a better one, seven times.
    values = [0.1, 0.2, 0.3, *[0.25] * 100]
    seen, reason = course(Plateau(), values, "validation/accuracy")
    assert len(seen) == 3 + 70
    assert seen == [1] * 13 + [0.5**n for n in range(1, 7) for _ in range(10)]
    assert reason == (
        "the learning rate is down to 0.0078125 of what it was: validation/accuracy has not risen "
        "for 10 epochs; the best is epoch 3"
    )


def test_values_have_their_cost_looked_at() -> None:
    _, reason = course(Plateau(patience=1), [1.0] * 20, "validation/cost")
    assert reason
    assert reason.endswith("validation/cost has not fallen for 1 epoch; the best is epoch 1")


def test_what_is_better_starts_the_count_anew_and_keeps_the_rate() -> None:
    seen, _ = course(Plateau("train/cost", patience=2), [5, 5, 4, 4, 4, 3, 3, 2, 2])
    assert seen == [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


def test_a_warm_up_is_not_waited_in() -> None:
    seen, _ = course(Plateau("train/cost", patience=2, warm_up=4), [1.0] * 9)
    assert seen == [0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.25]


def test_the_end_is_not_missed_by_rounding() -> None:
    seen, reason = course(Plateau("train/cost", patience=1, factor_=0.1, least=0.001), [1.0] * 9)
    assert seen == pytest.approx([1, 1, 0.1, 0.01])
    assert reason
    assert reason.startswith("the learning rate is down to 0.001 of what it was: train/cost has")


def test_without_validation_samples_it_says_what_to_do() -> None:
    rates = Plateau().bind(2, 30)
    with pytest.raises(ConfigError) as error:
        rates.look(Epoch(1, {"train/cost": 1.0}, 0.0))
    assert str(error.value) == (
        "schedule=plateau looks at validation samples, and there are none; choose another metric: "
        "schedule.metric=train/cost"
    )


def test_an_unknown_metric_is_an_error_that_names_those_there_are() -> None:
    rates = Plateau("validation/acuracy").bind(2, 30)
    metrics = {"train/cost": 1.0, "validation/accuracy": 0.5}
    with pytest.raises(ConfigError, match="Did you mean 'validation/accuracy'") as error:
        rates.look(Epoch(1, metrics, 0.0))
    assert "known are train/cost, validation/accuracy" in str(error.value)


def test_what_it_remembers_is_small_and_in_its_state() -> None:
    rates = Plateau("train/cost", patience=1).bind(2, 30)
    for number in (1, 2, 3):
        rates.look(Epoch(number, {"train/cost": 1.0}, 0.0))
    state = {name: array.tolist() for name, array in rates.state.items()}
    assert state == {"score": [-1.0], "numbers": [1, 0], "times": [2]}
    resumed = Plateau("train/cost", patience=1).bind(2, 30)
    for name, array in resumed.state.items():
        array[...] = rates.state[name]
    assert resumed.factors(4).tolist() == rates.factors(4).tolist() == [0.25, 0.25]
