"""Inputs with a column of ones: without a copy where there is room for them, else with one."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Data, Split, make_batch, room_for_ones
from bpframe.core.arrays import joined_with_ones
from bpframe.core.minibatches import Minibatches


def roomy(n: int, columns: int, dtype: type = np.float32) -> np.ndarray:
    x = room_for_ones((n, columns), dtype)
    x[:] = np.arange(n * columns).reshape(n, columns)
    return x


@quick
@given(
    n=st.integers(1, 8), columns=st.integers(1, 5), start=st.integers(0, 8), stop=st.integers(0, 8)
)
def test_rows_of_what_has_room_are_not_copied(n: int, columns: int, start: int, stop: int) -> None:
    x = roomy(n, columns)[start:stop]
    joined = joined_with_ones(x, np.float32)
    assert joined.shape == (len(x), columns + 1)
    np.testing.assert_array_equal(joined[:, :-1], x)
    assert (joined[:, -1] == 1).all()
    assert np.shares_memory(joined, x) == (x.size > 0)


STRANGE = {
    "another type": (roomy(4, 3), np.float64),
    "an array of its own": (np.arange(12.0).reshape(4, 3), np.float64),
    "every second row": (roomy(8, 3)[::2], np.float32),
    "rows backwards": (roomy(4, 3)[::-1], np.float32),
    "other columns": (roomy(4, 4)[:, 1:], np.float32),
    "columns behind the first": (np.ones((4, 4), np.float32)[:, 1:], np.float32),
    "no ones behind": (np.zeros((4, 4), np.float32)[:, :-1], np.float32),
    "a column too many": (np.ones((4, 5), np.float32)[:, :3], np.float32),
    "a vector behind": (np.ones(16, np.float32).reshape(4, 4)[:, :-1], np.float32),
    "unpickled": (pickle.loads(pickle.dumps(roomy(4, 3))), np.float32),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_has_no_room_is_copied(name: str) -> None:
    x, dtype = STRANGE[name]
    before = x.copy()
    joined = joined_with_ones(x, dtype)
    np.testing.assert_array_equal(joined[:, :-1], x)
    assert (joined[:, -1] == 1).all()
    assert joined.dtype == dtype
    joined[:] = 7
    if name != "a vector behind":
        np.testing.assert_array_equal(x, before)


def test_mini_batches_of_inputs_with_room_take_no_copy_and_leave_them_as_they_are() -> None:
    x = roomy(9, 2)
    before = x.copy()
    split = Split(x, np.arange(9) % 3)
    minibatches = Minibatches(Data("d", split, split, split, 3), 4, np.dtype(np.float32))
    assert np.shares_memory(minibatches.training_set().x, x)
    plain = Split(before, split.y)
    others = Minibatches(Data("d", plain, plain, plain, 3), 4, np.dtype(np.float32))
    order = np.random.default_rng(0).permutation(9)
    for batch, other in zip(minibatches.epoch(order), others.epoch(order), strict=True):
        for array, expected in zip(batch, other, strict=True):
            np.testing.assert_array_equal(array, expected)
        batch.x_one[:] = 0
    np.testing.assert_array_equal(x, before)


def test_a_batch_has_arrays_of_its_own() -> None:
    x = roomy(4, 3)
    assert not np.shares_memory(make_batch(x, np.zeros((4, 1))).x, x)
