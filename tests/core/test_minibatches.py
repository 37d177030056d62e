"""Mini-batches: every sample once an epoch, in the order of the stream, with its target."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Data, Split
from bpframe.core.minibatches import Minibatches, steps_of


def numbered(n: int, classes: int | None = None) -> Data:
    """Return samples whose input is (i, -i), and whose target is told from i."""
    x = np.arange(n, dtype=float)[:, None] * [1, -1]
    y = np.arange(n) % classes if classes else 3.0 * np.arange(n)[:, None]
    return Data("numbered", Split(x, y), Split(x[:0], y[:0]), Split(x[:0], y[:0]), classes)


def assert_one_epoch(
    minibatches: Minibatches, n: int, batch_size: int, classes: int | None, seed: int
) -> None:
    """Take an epoch and look at each batch when it comes: its arrays change with the next."""
    sizes, seen = [], []
    for batch in minibatches.epoch(np.random.default_rng(seed).permutation(minibatches.n)):
        number = batch.x[:, 0].astype(int)
        np.testing.assert_array_equal(batch.x[:, 1], -number)
        np.testing.assert_array_equal(batch.x_one[:, :-1], batch.x)
        np.testing.assert_array_equal(batch.x_one[:, -1], 1)
        expected = np.eye(classes)[number % classes] if classes else 3 * number[:, None]
        np.testing.assert_array_equal(batch.y, expected)
        sizes.append(len(number))
        seen.extend(number.tolist())
    assert seen == np.random.default_rng(seed).permutation(n).tolist()
    size = min(batch_size, n)
    assert sizes == [size] * (n // size) + [n % size] * (n % size > 0)


@quick
@given(
    n=st.integers(1, 60),
    batch_size=st.integers(1, 70),
    chunk=st.integers(1, 25),
    classes=st.sampled_from([None, 1, 3]),
)
def test_every_sample_comes_once_an_epoch_with_its_target(
    n: int, batch_size: int, chunk: int, classes: int | None
) -> None:
    with patch("bpframe.core.minibatches.CHUNK", chunk):
        minibatches = Minibatches(numbered(n, classes), batch_size, np.dtype(np.float64))
    assert minibatches.n == n
    for seed in (0, 1):
        assert_one_epoch(minibatches, n, batch_size, classes, seed)


@pytest.mark.parametrize("batch_size", [7, 10, 1500, 9999])
@pytest.mark.parametrize("n", [1000, 2000, 2345])
def test_sets_of_several_chunks(n: int, batch_size: int) -> None:
    minibatches = Minibatches(numbered(n, 3), batch_size, np.dtype(np.float32))
    assert_one_epoch(minibatches, n, batch_size, 3, 5)


@pytest.mark.parametrize(("batch_size", "places"), [(10, 100), (400, 2), (1000, 1), (1500, 1)])
def test_a_thousand_samples_at_a_time_share_a_buffer(batch_size: int, places: int) -> None:
    minibatches = Minibatches(numbered(6000), batch_size, np.dtype(np.float32))
    assert len({batch.x.ctypes.data for batch in minibatches.epoch(np.arange(6000))}) == places


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batches_have_the_networks_type(dtype: Any) -> None:
    batch = next(Minibatches(numbered(5, 2), 2, np.dtype(dtype)).epoch(np.arange(5)))
    assert batch.x.dtype == batch.y.dtype == batch.x_one.dtype == dtype


def test_the_training_set_is_all_samples_and_the_size_of_a_mini_batch() -> None:
    minibatches = Minibatches(numbered(9, 3), 4, np.dtype(np.float32))
    training = minibatches.training_set()
    np.testing.assert_array_equal(training.x, numbered(9).train.x)
    np.testing.assert_array_equal(training.y, np.eye(3)[np.arange(9) % 3])
    assert training.batch_size == 4
    assert training.x.dtype == training.y.dtype == np.float32


@pytest.mark.parametrize("batch_size", [0, -3])
def test_a_size_below_1_is_refused_by_its_name(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"^batch_size is {batch_size}; it must be 1 or more"):
        Minibatches(numbered(5), batch_size, np.dtype(np.float32))
    assert Minibatches(numbered(5), 1, np.dtype(np.float32)).steps == 5


def test_the_data_is_left_as_it_was() -> None:
    data = numbered(9)
    before = data.train.x.copy()
    for batch in Minibatches(data, 4, np.dtype(np.float64)).epoch(np.arange(9)):
        batch.x[:] = 0
    np.testing.assert_array_equal(data.train.x, before)


@quick
@given(
    n=st.integers(1, 60),
    batch_size=st.integers(1, 70) | st.just("full"),
    chunk=st.integers(1, 25),
    drop_last=st.booleans(),
    weighted=st.booleans(),
)
def test_weights_go_with_their_samples_and_the_last_mini_batch_is_left_out_where_it_is_smaller(
    n: int, batch_size: int | str, chunk: int, drop_last: bool, weighted: bool
) -> None:
    weights = np.arange(n) / 4 if weighted else None
    with patch("bpframe.core.minibatches.CHUNK", chunk):
        minibatches = Minibatches(
            numbered(n, 3), batch_size, np.dtype(np.float32), weights, drop_last
        )
    size = n if batch_size == "full" else min(int(batch_size), n)
    assert (minibatches.batch_size, minibatches.weighted) == (size, weighted)
    for seed in (0, 1):
        order = np.random.default_rng(seed).permutation(n)
        seen: list[int] = []
        batches = 0
        for batch in minibatches.epoch(order):
            number = batch.x[:, 0].astype(int)
            np.testing.assert_array_equal(batch.y[:, :3], np.eye(3)[number % 3])
            assert batch.y.shape[1] == 3 + weighted
            assert batch.y.dtype == np.float32
            if weighted:
                np.testing.assert_array_equal(batch.y[:, 3], number / 4)
            seen.extend(number.tolist())
            batches += 1
        kept = n // size * size if drop_last else n
        assert seen == order[:kept].tolist()
        assert batches == minibatches.steps == steps_of(n, batch_size, drop_last) >= 1


def test_the_training_set_has_the_weights_in_a_last_column() -> None:
    weights = np.arange(9.0)
    minibatches = Minibatches(numbered(9, 3), "full", np.dtype(np.float64), weights)
    training = minibatches.training_set()
    np.testing.assert_array_equal(training.y[:, -1], weights)
    assert training.batch_size == 9


@pytest.mark.parametrize("batch_size", ["all", "Full", "10", ""])
def test_full_is_the_only_word(batch_size: str) -> None:
    message = f"batch_size is '{batch_size}'; it must be a whole number, 1 or more, or 'full'"
    with pytest.raises(ValueError, match=message):
        Minibatches(numbered(5), batch_size, np.dtype(np.float32))
