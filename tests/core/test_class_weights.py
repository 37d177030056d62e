"""The weights of training samples: those of the data, those of their classes, and their product."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import quick, value_data
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_sample_weight

from bpframe import Data, Split
from bpframe.core.class_weights import sample_weights

LABELS = np.array([0, 0, 0, 1, 1, 2])
OWN = np.array([1.0, 2.0, 0.0, 4.0, 0.5, 3.0])


def data_with(y: Any, weights: Any = None, classes: int = 3) -> Data:
    split = Split(np.zeros((len(y), 1)), np.asarray(y), weights)
    return Data("mine", split, split.head(0), split.head(0), classes)


def test_there_are_none_where_nobody_gave_any() -> None:
    assert sample_weights(data_with(LABELS), None) is None
    assert sample_weights(value_data(), None) is None


def test_those_of_the_data_are_divided_by_their_mean() -> None:
    weights = sample_weights(data_with(LABELS, OWN), None)
    np.testing.assert_allclose(weights, OWN / OWN.mean(), rtol=1e-15)


@pytest.mark.parametrize("weight", [1, 0.1, 3, 1e-300, 1e300])
def test_equal_weights_are_exactly_1(weight: float) -> None:
    weights = sample_weights(data_with(LABELS, np.full(6, weight)), None)
    np.testing.assert_array_equal(weights, np.ones(6))
    equal = dict.fromkeys(range(3), weight)
    np.testing.assert_array_equal(sample_weights(data_with(LABELS), equal), np.ones(6))


@quick
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=30),
    st.none() | st.dictionaries(st.integers(0, 4), st.floats(0.01, 100)),
    st.booleans(),
)
def test_they_are_those_of_scikit_learn_over_their_mean(
    y: list[int], class_weight: dict[int, float] | None, own: bool
) -> None:
    given_weights = np.linspace(0.5, 2, len(y)) if own else None
    # scikit-learn refuses a weight for a class that does not occur.
    known = {k: v for k, v in (class_weight or {}).items() if k in y}
    expected = compute_sample_weight("balanced" if class_weight is None else known, y)
    expected = expected * (1 if given_weights is None else given_weights)
    weights = sample_weights(
        data_with(y, given_weights, 5), "balanced" if class_weight is None else class_weight
    )
    np.testing.assert_allclose(weights, expected / expected.mean(), rtol=1e-12)
    assert weights is not None
    assert weights.dtype == np.float64
    assert weights.mean() == pytest.approx(1, abs=1e-12)


def test_balanced_classes_count_alike() -> None:
    weights = sample_weights(data_with(LABELS, classes=9), "balanced")
    assert weights is not None
    np.testing.assert_allclose(np.bincount(LABELS, weights), 2, rtol=1e-15)


def test_large_weights_stay_finite() -> None:
    weights = sample_weights(data_with(LABELS, OWN * 1e307), {0: 1e308})
    assert weights is not None
    assert np.isfinite(weights).all()


def test_the_weights_of_the_data_stay_as_they_were() -> None:
    own = OWN.copy()
    sample_weights(data_with(LABELS, own), "balanced")
    np.testing.assert_array_equal(own, OWN)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({3: 1.0}, "class_weight has the class 3; it must be one of 0 to 2"),
        ({-1: 1.0}, "class_weight has the class -1; it must be one of 0 to 2"),
        ({"1": 1.0}, "class_weight has the class '1'; it must be one of 0 to 2"),
        ({True: 1.0}, "class_weight has the class True; it must be one of 0 to 2"),
        ({1: -0.5}, "class_weight of class 1 is -0.5; it must be a finite number, 0 or more"),
        ({1: np.nan}, "class_weight of class 1 is nan; it must be a finite number, 0 or more"),
        ({1: np.inf}, "class_weight of class 1 is inf; it must be a finite number, 0 or more"),
        ({1: True}, "class_weight of class 1 is True; it must be a finite number, 0 or more"),
        ({1: "2"}, "class_weight of class 1 is '2'; it must be a finite number, 0 or more"),
        ({0: 0, 1: 0, 2: 0}, "it must leave a sample with a weight above 0"),
        ("balance", "class_weight is 'balance'; it must be 'balanced' or a weight for each class"),
        (2.0, "class_weight is 2.0; it must be 'balanced' or a weight for each class"),
    ],
)
def test_weights_of_classes_that_cannot_be_used_are_refused(
    class_weight: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message.replace("{", r"\{")):
        sample_weights(data_with(LABELS), class_weight)


def test_a_weight_of_a_class_may_leave_nothing_of_the_samples_that_have_one() -> None:
    only_first = np.array([1.0, 1, 1, 0, 0, 0])
    with pytest.raises(ValueError, match="it must leave a sample with a weight above 0"):
        sample_weights(data_with(LABELS, only_first), {0: 0})


@pytest.mark.parametrize("class_weight", ["balanced", {0: 2.0}])
def test_values_have_no_classes(class_weight: Any) -> None:
    with pytest.raises(ValueError, match="it must be left out, for the targets of data 'lines'"):
        sample_weights(value_data(), class_weight)
