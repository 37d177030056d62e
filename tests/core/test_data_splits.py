"""Data: its parts, its targets, what it refuses, and its fingerprint."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from builders import class_data, value_data

from bpframe import Data, Split, fingerprint
from bpframe.errors import DataError

X = np.arange(12.0).reshape(4, 3)
LABELS = np.array([0, 1, 1, 0])
VALUES = np.arange(8.0).reshape(4, 2)


def make(train: Split, other: Split | None = None, classes: int | None = 2) -> Data:
    empty = Split(train.x[:0], train.y[:0])
    return Data("mine", train, other or empty, empty, classes)


def test_sizes_come_from_the_data() -> None:
    classes, values = class_data(5, inputs=4, classes=3), value_data(5)
    assert (classes.n_inputs, classes.n_outputs) == (4, 3)
    assert (values.n_inputs, values.n_outputs) == (3, 2)


def test_only_parts_that_hold_samples_are_listed() -> None:
    assert list(class_data(5).splits()) == ["train"]
    assert list(class_data(5, test=2).splits()) == ["train", "test"]
    assert list(class_data(5, validation=1, test=2).splits()) == ["train", "validation", "test"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_classes_become_one_hot_targets_and_values_stay(dtype: Any) -> None:
    split = Split(X, LABELS)
    targets = make(split, classes=3).targets(split, dtype)
    assert targets.dtype == dtype
    np.testing.assert_array_equal(targets, [[1, 0, 0], [0, 1, 0], [0, 1, 0], [1, 0, 0]])
    split = Split(X, VALUES)
    targets = make(split, classes=None).targets(split, dtype)
    assert targets.dtype == dtype
    np.testing.assert_array_equal(targets, VALUES)
    assert not np.shares_memory(targets, VALUES)


def test_head_is_the_first_samples() -> None:
    split = Split(X, LABELS)
    np.testing.assert_array_equal(split.head(2).x, X[:2])
    np.testing.assert_array_equal(split.head(2).y, LABELS[:2])
    assert len(split.head(99)) == 4


def with_number(array: Any, number: float) -> Any:
    changed = array.copy()
    changed.flat[1] = number
    return changed


@pytest.mark.parametrize(
    ("split", "classes", "message"),
    [
        (Split(X[:0], LABELS[:0]), 2, "the training set is empty"),
        (Split(X[:, 0], LABELS), 2, "inputs have the shape"),
        (Split(X[:, :, None], LABELS), 2, "inputs have the shape"),
        (Split(X, LABELS[:3]), 2, "4 inputs but 3 targets"),
        (Split(with_number(X, np.nan), LABELS), 2, "NaN or infinite"),
        (Split(with_number(X, np.inf), LABELS), 2, "NaN or infinite"),
        (Split(X, with_number(VALUES, np.nan)), None, "NaN or infinite"),
        (Split(X, VALUES[:, 0]), None, "target values have the shape"),
        (Split(X, VALUES), 2, "class labels must be whole numbers"),
        (Split(X, LABELS.astype(float)), 2, "class labels must be whole numbers"),
        (Split(X, with_number(LABELS, 2)), 2, "labels from 0 to 2; allowed are 0 to 1"),
        (Split(X, with_number(LABELS, -1)), 2, "labels from -1 to 1; allowed are 0 to 1"),
    ],
)
def test_training_samples_that_cannot_be_used_are_refused(
    split: Split, classes: int | None, message: str
) -> None:
    with pytest.raises(DataError, match=message) as error:
        make(split, classes=classes)
    assert "data 'mine'" in str(error.value)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 1, 1, 1], "weights are list; expected an array of real numbers"),
        (np.full(4, "1"), "weights are <U1; expected an array of real numbers"),
        (np.ones(3), r"weights have the shape \(3,\); expected \(4,\)"),
        (np.ones((4, 1)), r"weights have the shape \(4, 1\); expected \(4,\)"),
        (np.array([1.0, -1, 1, 1]), "a weight is -1; it must be a finite"),
        (np.array([1.0, 1, np.nan, 1]), "a weight is nan; it must be a finite"),
        (np.array([1.0, 1, 1, np.inf]), "a weight is inf; it must be a finite"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: Any, message: str) -> None:
    fits, wrong = Split(X, LABELS), Split(X, LABELS, weights)
    with pytest.raises(DataError, match=f"data 'mine', train: {message}"):
        make(wrong)
    with pytest.raises(DataError, match=f"data 'mine', validation: {message}"):
        make(fits, wrong)


def test_weights_must_leave_something_to_train_with() -> None:
    nothing = Split(X, LABELS, np.zeros(4))
    with pytest.raises(DataError, match="train: all weights are 0; at least one must be greater"):
        make(nothing)
    assert make(Split(X, LABELS, np.array([0, 0, 1, 0])), nothing).classes == 2


def test_weights_go_with_their_samples() -> None:
    split = Split(X, LABELS, np.array([0.0, 1, 2, 3]))
    assert split.head(2).weights.tolist() == [0, 1]
    assert split.take(np.array([3, 1])).weights.tolist() == [3, 1]
    drawn = split.draw(2, np.random.default_rng(0))
    np.testing.assert_array_equal(drawn.x, X[drawn.weights.astype(int)])
    assert repr(split) == "Split(x of shape (4, 3), y of shape (4,), weights of shape (4,))"
    assert repr(split.take(slice(2))).endswith("weights of shape (2,))")
    assert "weights" not in repr(Split(X, LABELS))


@pytest.mark.parametrize(
    ("other", "classes", "message"),
    [
        (Split(X[:, :2], LABELS), 2, r"validation: inputs have .*expected \(samples, 3\)"),
        (Split(X, VALUES[:, :1]), None, r"validation: target values .*expected \(samples, 2\)"),
        (Split(X, with_number(LABELS, 7)), 2, "validation: labels from 0 to 7"),
        (
            Split(with_number(X, np.nan), LABELS),
            2,
            "validation: 1 of 12 inputs are NaN or infinite, in column 1",
        ),
    ],
)
def test_another_part_that_does_not_fit_is_refused_by_name(
    other: Split, classes: int | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        make(Split(X, LABELS if classes else VALUES), other, classes)


def test_equal_arrays_have_one_fingerprint_however_they_are_stored() -> None:
    assert fingerprint(X, LABELS) == fingerprint(np.asfortranarray(X), LABELS.copy())
    assert len(fingerprint(X)) == 16
    int(fingerprint(X), 16)


def test_whatever_differs_gives_another_fingerprint() -> None:
    different = [
        (X, LABELS),
        (LABELS, X),
        (X,),
        (X, X),
        (X.astype(np.float32), LABELS),
        (X.reshape(3, 4), LABELS),
        (with_number(X, 1.0000001), LABELS),
        (X[:0], LABELS),
        (X[:0].reshape(3, 0), LABELS),
    ]
    assert len({fingerprint(*arrays) for arrays in different}) == len(different)


def test_the_fingerprint_of_data_is_that_of_its_samples_split_by_split() -> None:
    train, other, empty = Split(X, LABELS), Split(X[:2], LABELS[:2]), Split(X[:0], LABELS[:0])
    assert Data("mine", train, empty, empty, 2).fingerprint == fingerprint(X, LABELS)
    whole = Data("mine", train, other, other, 2)
    assert whole.fingerprint == fingerprint(X, LABELS, X[:2], LABELS[:2], X[:2], LABELS[:2])
    different = [
        whole,
        Data("mine", train, empty, empty, 2),
        Data("mine", train, other, empty, 2),
        Data("mine", train, empty, other, 2),
    ]
    assert len({data.fingerprint for data in different}) == len(different)


def test_the_fingerprint_is_that_of_the_samples_and_not_of_the_name_and_follows_them() -> None:
    split = Split(X, LABELS)
    data = Data("mine", split, split, split, 2, image_shape=(1, 3))
    assert dataclasses.replace(data, name="yours").fingerprint == data.fingerprint
    changed = dataclasses.replace(data, train=split.head(3))
    assert changed.fingerprint != data.fingerprint


def test_weights_are_part_of_the_fingerprint() -> None:
    plain, weights = Split(X, LABELS), np.array([0.0, 1, 2, 3])
    weighted = Split(X, LABELS, weights)
    assert make(weighted).fingerprint == fingerprint(X, LABELS, weights)
    prints = [make(plain), make(weighted), make(plain, weighted), make(weighted, plain)]
    assert len({data.fingerprint for data in prints}) == 4


def test_the_fingerprint_is_computed_once() -> None:
    data = make(Split(X, LABELS))
    assert data.fingerprint is data.fingerprint
