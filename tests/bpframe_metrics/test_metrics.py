"""The metrics against scikit-learn's, at their edges, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from builders import each, quick, registered
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sklearn_metrics

from bpframe import Array, Interval, Metric
from bpframe.core.metric import measured
from bpframe_metrics import MAE, R2, RMSE, BalancedAccuracy, LogLoss, MacroF1, TopK

Targets = npt.NDArray[Any]
CLASSES = ("balanced_accuracy", "log_loss", "macro_f1", "top_k")
VALUES = ("mae", "r2", "rmse")
# Whole multiples of 1/8 are exact, and so are the means that scikit-learn compares with 0.
eighths = st.integers(-80, 80).map(lambda number: number / 8)


@st.composite
def of_classes(
    draw: st.DrawFn, outputs: st.SearchStrategy[float] = eighths
) -> tuple[Array, Targets]:
    """Draw outputs and labels; equal outputs and classes that do not occur are among them."""
    n, classes = draw(st.integers(1, 12)), draw(st.integers(3, 6))
    a = draw(arrays(np.float64, (n, classes), elements=outputs))
    return a, draw(arrays(np.intp, n, elements=st.integers(0, classes - 1)))


@st.composite
def of_values(draw: st.DrawFn) -> tuple[Array, Targets]:
    """Draw outputs and target values; perfect outputs and equal targets are among them."""
    shape = (draw(st.integers(2, 12)), draw(st.integers(1, 3)))
    a, y = (draw(arrays(np.float64, shape, elements=eighths)) for _ in range(2))
    return a, draw(st.sampled_from([y, a]))


def test_these_are_registered() -> None:
    assert sorted(registered("metric")) == sorted(CLASSES + VALUES)
    assert {name for name, metric in registered("metric").items() if metric.of_classes} == {
        *CLASSES
    }
    assert {n for n, m in registered("metric").items() if not m.higher_is_better} == {
        "log_loss",
        "mae",
        "rmse",
    }


# Classes.


@quick
@given(of_classes())
def test_top_1_is_the_accuracy(samples: tuple[Array, Targets]) -> None:
    a, y = samples
    assert TopK(1)(a, y) == (a.argmax(axis=1) == y).mean()


@quick
@given(of_classes(), st.integers(1, 5))
def test_top_k_is_that_of_scikit_learn(samples: tuple[Array, Targets], k: int) -> None:
    a, y = samples
    assume(k < a.shape[1])
    # scikit-learn counts the larger class number of equal outputs: it sees them in turned order.
    expected = sklearn_metrics.top_k_accuracy_score(
        a.shape[1] - 1 - y, a[:, ::-1], k=k, labels=range(a.shape[1])
    )
    assert TopK(k)(a, y) == pytest.approx(expected, abs=1e-15)


@quick
@given(of_classes())
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.filterwarnings("ignore:A single label was found")
def test_balanced_accuracy_is_that_of_scikit_learn(samples: tuple[Array, Targets]) -> None:
    a, y = samples
    expected = sklearn_metrics.balanced_accuracy_score(y, a.argmax(axis=1))
    assert BalancedAccuracy()(a, y) == pytest.approx(expected, abs=1e-15)


@quick
@given(of_classes())
def test_macro_f1_is_that_of_scikit_learn(samples: tuple[Array, Targets]) -> None:
    a, y = samples
    expected = sklearn_metrics.f1_score(y, a.argmax(axis=1), average="macro")
    assert MacroF1()(a, y) == pytest.approx(expected, abs=1e-15)


@quick
@given(of_classes(st.sampled_from([0.0, 1e-300, 1e-9, 0.25, 0.5, 1.0, 3.0, 1e9])))
def test_log_loss_is_that_of_scikit_learn_of_their_shares(samples: tuple[Array, Targets]) -> None:
    a, y = samples
    assume(a.any(axis=1).all())
    shares = a / a.sum(axis=1, keepdims=True)
    expected = sklearn_metrics.log_loss(y, shares, labels=range(a.shape[1]))
    assert LogLoss()(a, y) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_log_loss_at_its_edges() -> None:
    y = np.array([0])
    for outputs in ([0.0, 0, 0], [1e308, 1e308, 1e308], [5e-324, 5e-324, 5e-324]):
        assert LogLoss()(np.array([outputs]), y) == pytest.approx(math.log(3), rel=1e-15)
    eps = np.finfo(float).eps
    assert LogLoss()(np.array([[0.0, 1, 0]]), y) == -math.log(eps)
    assert LogLoss()(np.array([[1.0, 0, 0]]), y) == pytest.approx(eps)


def test_classes_that_do_not_occur_do_not_count() -> None:
    y, a = np.array([0, 0, 0, 2]), np.eye(4)[[0, 0, 2, 2]]
    assert BalancedAccuracy()(a, y) == pytest.approx((2 / 3 + 1) / 2)
    assert MacroF1()(a, y) == pytest.approx((4 / 5 + 2 / 3) / 2)


# Values.


@quick
@given(of_values())
def test_those_of_values_are_those_of_scikit_learn(samples: tuple[Array, Targets]) -> None:
    a, y = samples
    expected = {
        RMSE(): sklearn_metrics.root_mean_squared_error(y, a),
        MAE(): sklearn_metrics.mean_absolute_error(y, a),
        R2(): sklearn_metrics.r2_score(y, a),
    }
    for metric, value in expected.items():
        assert metric(a, y) == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_several_outputs_count_alike() -> None:
    y = np.array([[0.0, 0], [10, 1000]])
    a = np.array([[1.0, 300], [9, 600]])
    assert RMSE()(a, y) == pytest.approx((1 + math.sqrt(125_000)) / 2)
    assert MAE()(a, y) == pytest.approx((1 + 350) / 2)
    assert R2()(a, y) == pytest.approx((0.96 + 0.5) / 2)


@pytest.mark.parametrize("n", [1, 3, 7])
def test_r2_of_equal_targets_is_1_if_it_is_perfect_else_0(n: int) -> None:
    # The mean of so many is not 0.1 in floating point.
    y = np.full((n, 1), 0.1)
    assert R2()(y.copy(), y) == 1
    assert R2()(y + 1e-9, y) == 0
    assert R2()(np.hstack([y, y + 1]), np.hstack([y, y])) == 0.5


def test_r2_of_targets_whose_spread_is_too_small_for_a_float_is_0() -> None:
    assert R2()(np.zeros((2, 1)), np.array([[0.0], [1e-200]])) == 1
    assert R2()(np.ones((2, 1)), np.array([[0.0], [1e-200]])) == 0


def test_the_mean_of_the_targets_has_an_r2_of_0() -> None:
    y = np.random.default_rng(0).standard_normal((50, 2))
    assert R2()(np.broadcast_to(y.mean(axis=0), y.shape), y) == pytest.approx(0, abs=1e-12)


# What they refuse, and what they are given.


@pytest.mark.parametrize("name", CLASSES + VALUES)
def test_each_refuses_the_other_targets(name: str) -> None:
    metric = registered("metric")[name]
    metric.check(10 if metric.of_classes else None, Interval(0.0, 1.0))
    kinds = ("values", "classes") if not metric.of_classes else ("classes", "values")
    with pytest.raises(ValueError, match=f"it is for {kinds[0]}, and the targets are {kinds[1]}"):
        metric.check(None if metric.of_classes else 10, Interval(0.0, 1.0))


@pytest.mark.parametrize("classes", [2, 5])
def test_top_k_needs_more_classes_than_k(classes: int) -> None:
    message = f"k is 5; it must be less than the number of classes, which is {classes}"
    with pytest.raises(ValueError, match=message):
        TopK().check(classes, Interval())
    TopK().check(6, Interval())


@pytest.mark.parametrize("k", [0, -1])
def test_top_k_needs_a_k(k: int) -> None:
    with pytest.raises(ValueError, match=f"k is {k}; it must be 1 or more"):
        TopK(k)


@pytest.mark.parametrize("outputs", [Interval(), Interval(-1.0, 1.0)])
def test_log_loss_needs_outputs_that_are_not_negative(outputs: Interval) -> None:
    with pytest.raises(ValueError, match=r"outputs are in \[.*\]; they must be 0 or more"):
        LogLoss().check(10, outputs)
    LogLoss().check(10, Interval(0.0))


@pytest.mark.parametrize("metric", each(registered("metric")))
def test_outputs_of_32_bits_are_measured_in_64(metric: Metric) -> None:
    rng = np.random.default_rng(0)
    a = rng.random((40, 7)).astype(np.float32)
    y = rng.integers(7, size=40) if metric.of_classes else rng.random((40, 7), np.float32)
    wide = y if metric.of_classes else y.astype(np.float64)
    assert measured(metric, a, y) == metric(a.astype(np.float64), wide)


@pytest.mark.parametrize("metric", each(registered("metric")))
def test_outputs_that_are_not_finite_have_no_number_and_huge_ones_warn_of_nothing(
    metric: Metric,
) -> None:
    a = np.full((3, 7), 0.5)
    y = np.arange(3) if metric.of_classes else np.zeros((3, 7))
    assert math.isnan(measured(metric, np.where(a == a.max(), np.inf, a), y))
    a[1] = 1e200
    measured(metric, a, y)
