"""Targets of any type: what they are taken for, and what is said about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe import Split, read_targets
from bpframe.errors import DataError

N = 40


def read(y: Any, task: str = "auto", **more: Any) -> Any:
    return read_targets({"mine.npz, y": np.asarray(y), **more}, "y", task)


NAMES_OF_CLASSES = {
    "from 0": (np.arange(N) % 3, ("0", "1", "2")),
    "from 1": (np.arange(N, dtype=np.uint8) % 3 + 1, ("1", "2", "3")),
    "with gaps": (np.arange(N) % 2 * 10 - 5, ("-5", "5")),
    "a column": (np.arange(N)[:, np.newaxis] % 2, ("0", "1")),
    "truth values": (np.arange(N) % 2 == 0, ("False", "True")),
    "whole floats": (np.arange(N) % 3 + 1.0, ("1", "2", "3")),
    "texts": (np.array(["b", "a", "c", "a"] * 10), ("a", "b", "c")),
    "numbers as texts": (np.array(["10", "9"] * 20), ("9", "10")),
    "bytes": (np.array([b"b", b"\xc3\xa4"] * 20), ("b", "ä")),
    "objects": (np.array(["b", "a"] * 20, object), ("a", "b")),
    "whole objects": (np.array([2, 1] * 20, object), ("1", "2")),
    "one-hot": (np.eye(4)[np.arange(N) % 4], ("0", "1", "2", "3")),
    "one-hot of truth values": (np.eye(3, dtype=bool)[np.arange(N) % 2], ("0", "1", "2")),
}


@pytest.mark.parametrize("what", NAMES_OF_CLASSES)
def test_labels_of_any_type_are_classes(what: str) -> None:
    y, names = NAMES_OF_CLASSES[what]
    targets = read(y)
    assert (targets.classes, targets.class_names) == (len(names), names)
    numbers = targets.y["mine.npz, y"]
    assert numbers.shape == (N,)
    assert numbers.dtype.kind == "i"
    if y.ndim == 1:
        told = [str(int(v)) if y.dtype.kind == "f" else v for v in y.tolist()]
        told = [v.decode() if isinstance(v, bytes) else str(v) for v in told]
        assert [names[k] for k in numbers] == told
    assert targets.remark.startswith(f"target 'y': {len(names)} classes")
    assert ("data.task=regression" in targets.remark) == (
        what in ("with gaps", "whole floats") or "one-hot" in what
    )


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.linspace(0, 1, N), "values"),
        (np.zeros(N), "values"),
        (np.arange(N) + 1.0, "values, for 40 of its whole numbers are different (data.task=class"),
        (np.arange(N) * 1000, "values, for 40 of its whole numbers are different"),
        (np.arange(N)[::-1], "values, for 40 of"),
        (np.ones((N, 3)), "3 values a sample"),
        (np.array([0.5, 1.5] * 20, object), "values"),
    ],
)
def test_other_numbers_are_values(y: Any, said: str) -> None:
    targets = read(y)
    assert (targets.classes, targets.class_names) == (None, ())
    assert targets.remark.startswith(f"target 'y': {said}")
    values = targets.y["mine.npz, y"]
    np.testing.assert_array_equal(values, np.reshape(y, (N, -1)).astype(float))
    assert targets.value_names == (("y",) if np.ndim(y) == 1 else ("y 1", "y 2", "y 3"))


def test_few_or_many_whole_numbers() -> None:
    faces = np.arange(200) % 40
    assert read(faces).classes == 40
    assert read(faces + 30).classes is None
    assert read(np.repeat(np.arange(40) + 30, 10)).classes == 40
    assert read(np.repeat(np.arange(40) + 30.0, 10)).classes is None
    assert read(np.append(faces % 4, 255)).class_names[-1] == "255"


def test_the_task_decides() -> None:
    assert read(np.arange(N) % 3, "regression").classes is None
    assert read(np.eye(4), "regression").value_names == ("y 1", "y 2", "y 3", "y 4")
    assert read(np.arange(N) * 7.0, "classification").classes == N
    assert read([f"t{i}" for i in range(N)], "classification").classes == N


def test_labels_of_all_splits_are_classes() -> None:
    targets = read([1, 1, 2, 2] * 9, **{"mine.npz, y_test": np.array([[3], [1]])})
    assert targets.class_names == ("1", "2", "3")
    assert targets.y["mine.npz, y_test"].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("y", "task", "message"),
    [
        (["a"] * 4, "cluster", "data.task is 'cluster'; it must be one of auto"),
        (["a"] * 4, "regression", "holds texts, such as 'a'; data.task=regression expects numbers"),
        ([0.5] * 4, "classification", "holds 0.5; data.task=classification expects whole"),
        (np.ones((4, 2)), "classification", "has 2 columns; data.task=classification expects one"),
        ([["a", "b"]], "auto", "holds texts in 2 columns; expected one"),
        ([f"t{i}" for i in range(N)], "auto", "40 different texts in 40 samples, such as 't0'"),
        (np.arange(20_000), "classification", "20,000 different labels; expected at most 10,000"),
        (
            [1.0, np.nan, np.inf],
            "auto",
            "mine.npz, y: 2 of 3 targets are NaN or infinite; all must",
        ),
        (
            [[1.0, np.nan], [0, 2]],
            "auto",
            "y: 1 of 4 targets are NaN or infinite, in column 1, counted from 0",
        ),
        (np.array(["a", None], object), "auto", "1 of 2 targets are missing"),
        (["a", ""], "auto", "1 of 2 targets are missing"),
        (
            np.array([[1], [1, 2]], object),
            "auto",
            r"holds objects \(list\); expected numbers alone",
        ),
        (np.array(["a", 1], object), "auto", r"holds objects \(int, str\).*astype\(str\)"),
        (np.zeros(3, "M8[s]"), "auto", r"holds datetime64\[s\]; expected numbers or texts"),
        (np.zeros(3) + 1j, "auto", "holds complex128"),
        (np.zeros((2, 2, 2)), "auto", r"targets have the shape \(2, 2, 2\)"),
        (3, "auto", r"targets have the shape \(\)"),
    ],
)
def test_what_cannot_be_taken(y: Any, task: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(y, task)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (np.array(["a"]), "y_test: holds <U1; expected int64, as in mine.npz, y"),
        (np.eye(2), r"y_test: targets have the shape \(2, 2\); expected \(2,\), as in mine.npz, y"),
    ],
)
def test_splits_that_differ(other: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(np.arange(N) % 2, **{"mine.npz, y_test": other})


def test_values_are_standardised_by_the_training_samples() -> None:
    price = np.array([[1000.5], [3000.5], [9000.5]])
    targets = read(price)
    splits = [Split(np.zeros((1, 1)), price[i : i + 1]) for i in range(3)]
    splits[0] = Split(np.zeros((2, 1)), price[:2])
    data = targets.data("houses", splits, remarks=["more"])
    assert data.values.mean == pytest.approx((2000.5,))
    assert data.test.y.item() == pytest.approx(7)
    assert data.in_own_units(data.test.y).item() == pytest.approx(9000.5)
    assert data.remarks == ("target 'y': values", "more")
    raw = targets.data("houses", splits, standardise=False)
    assert raw.values is None
    assert raw.test.y.tolist() == [[9000.5]]
