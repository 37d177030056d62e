"""The division of samples into splits, for any number of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Split
from bpframe_data.division import divide


@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=300),
    validation=st.floats(0, 0.49),
    test=st.floats(0, 0.49),
    seed=st.integers(0, 100),
)
def test_each_sample_is_in_one_part_and_each_class_in_its_share(
    labels, validation, test, seed
) -> None:
    n = len(labels)
    samples = Split(np.arange(n)[:, np.newaxis], np.array(labels))
    splits = divide(samples, validation, test, np.random.default_rng(seed))
    assert sorted(np.concatenate([split.x[:, 0] for split in splits])) == list(range(n))
    assert len(splits[0]) >= 1
    assert [len(split) for split in splits[1:]] == [int(validation * n), int(test * n)]
    for split in splits:
        np.testing.assert_array_equal(split.y, samples.y[split.x[:, 0]])
        share = len(split) / n * np.bincount(labels, minlength=5)
        # With five classes, each of a split's two ends is off by less than 4 samples.
        assert np.abs(np.bincount(split.y, minlength=5) - share).max() < 8


def test_values_are_divided_at_random() -> None:
    samples = Split(np.arange(100)[:, np.newaxis], np.arange(100.0)[:, np.newaxis])
    train, validation, test = divide(samples, 0.2, 0.1, np.random.default_rng(0))
    assert (len(train), len(validation), len(test)) == (70, 20, 10)
    assert sorted(np.concatenate([p.y[:, 0] for p in (train, validation, test)])) == list(
        range(100)
    )
    assert validation.y[:, 0].tolist() != list(range(20))


def test_nothing_to_hold_out_leaves_the_order() -> None:
    samples = Split(np.arange(5)[:, np.newaxis], np.arange(5))
    train, validation, test = divide(samples, 0, 0, np.random.default_rng(0))
    np.testing.assert_array_equal(train.x, samples.x)
    assert len(validation) == len(test) == 0
    assert validation.x.shape == (0, 1)
