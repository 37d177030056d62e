"""Targets in standardised form, and figures in their own units."""

from __future__ import annotations

import numpy as np
import pytest

from bpframe import Data, Evaluator, Network, Objective, Split, TargetValues
from bpframe.errors import DataError
from bpframe_activations import Linear
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_metrics import MAE, R2, RMSE

PRICES = np.random.default_rng(0).normal([250_000, 3.0], [90_000, 0.01], (50, 2))
RECORD = TargetValues.of(("price", "rooms"), PRICES)


def test_they_have_the_mean_0_and_the_deviation_1_and_come_back() -> None:
    y = RECORD.standardised(PRICES)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=0), 1)
    np.testing.assert_allclose(RECORD.in_own_units(y), PRICES)
    np.testing.assert_allclose(RECORD.deviation, PRICES.std(axis=0))


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300])
def test_targets_that_are_all_the_same_are_only_moved(value: float) -> None:
    y = np.full((7, 1), value)
    record = TargetValues.of(("same",), y)
    assert record.deviation == (1.0,)
    assert abs(record.standardised(y)).max() <= abs(value) * 1e-15


def test_squares_that_are_no_numbers_do_not_matter() -> None:
    record = TargetValues.of(("large",), np.array([[1e200], [3e200]]))
    assert record.mean == pytest.approx((2e200,))
    assert record.deviation == pytest.approx((1e200,))


def test_metrics_are_in_own_units_and_the_cost_is_that_which_is_trained() -> None:
    y = RECORD.standardised(PRICES)
    split = Split(np.random.default_rng(1).normal(size=(50, 3)), y)
    nothing = split.head(0)
    data = Data("houses", split, nothing, nothing, None, values=RECORD)
    network = Network([3, 2], Linear(), ScaledNormal(), dtype=np.float64)
    metrics = {"rmse": RMSE(), "mae": MAE(), "r2": R2()}
    measured = Evaluator(Objective(network, Quadratic()), data, split, metrics)()
    a = network.forward(split.x)
    missed = RECORD.in_own_units(a) - PRICES
    assert measured["cost"] == pytest.approx(np.square(a - y).sum(axis=1).mean() / 2)
    assert measured["rmse"] == pytest.approx(np.sqrt(np.square(missed).mean(axis=0)).mean())
    assert measured["mae"] == pytest.approx(abs(missed).mean())
    assert measured["r2"] == pytest.approx(R2()(a, y))


def test_a_record_that_is_of_other_targets_is_refused() -> None:
    split = Split(np.zeros((4, 1)), np.zeros((4, 1)))
    with pytest.raises(DataError, match="is for 2 values, and its targets are 1 values"):
        Data("one", split, split, split, None, values=RECORD)
    classes = Split(np.zeros((4, 1)), np.arange(4) % 2)
    with pytest.raises(DataError, match="and its targets are classes"):
        Data("two", classes, classes, classes, 2, values=RECORD)
