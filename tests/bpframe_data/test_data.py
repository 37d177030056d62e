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
