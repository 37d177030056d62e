"""What samples must be, wherever they come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe import Data, Split
from bpframe.errors import DataError

X, Y = np.zeros((4, 2)), np.zeros((4, 1))


def make(x: Any = X, y: Any = Y, classes: int | None = None) -> Data:
    good = Split(X, Y) if classes is None else Split(X, np.zeros(4, int))
    return Data("mine", good, Split(x, y), good, classes)


@pytest.mark.parametrize("dtype", [complex, object, "U1", "M8[s]"])
@pytest.mark.parametrize("what", ["x", "y"])
def test_numbers_that_are_not_real_are_refused(what: str, dtype: Any) -> None:
    named = {"x": "inputs", "y": "target values"}[what]
    wrong = {"x": X, "y": Y}[what].astype(dtype)
    message = f"data 'mine', validation: {named} are .*; expected real numbers"
    with pytest.raises(DataError, match=message):
        make(**{what: wrong})


def test_it_is_shown_with_its_sizes_and_no_numbers() -> None:
    assert repr(make()) == ("Data('mine', 2 inputs, 1 values: 4 train, 4 validation, 4 test)")
    assert repr(make(y=np.zeros(4, int), classes=3)) == (
        "Data('mine', 2 inputs, 3 classes: 4 train, 4 validation, 4 test)"
    )
    assert repr(Split(X, Y)) == "Split(x of shape (4, 2), y of shape (4, 1))"


def named(classes: int | None, names: Any) -> Data:
    split = Split(X, Y if classes is None else np.arange(4) % classes)
    return Data("mine", split, split, split, classes, class_names=names)


def test_classes_have_names_or_numbers() -> None:
    assert named(2, ["no", "yes"]).class_names == ("no", "yes")
    assert named(3, ()).class_names == ("0", "1", "2")
    assert named(None, ()).class_names == ()


@pytest.mark.parametrize(
    ("classes", "names", "message"),
    [
        (2, ["one"], "class names are one; expected 2 different ones"),
        (2, ["same", "same"], "class names are same, same; expected 2 different ones"),
        (2, ["no", 1], "class names are ('no', 1); expected texts"),
        (None, ["no", "yes"], "class names are no, yes; expected none, for the targets are values"),
    ],
)
def test_names_that_do_not_fit_are_refused(classes: int | None, names: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        named(classes, names)
    assert str(error.value) == f"data 'mine': {message}"
