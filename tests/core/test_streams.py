"""Random streams: told apart by seed and name, and independent of each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe.core.streams import stream

NAMES = ["init", "shuffle", "split", "feedback", "learning_rate 0", "learning_rate 1", "a", "b", ""]


def test_the_same_seed_and_name_give_the_same_numbers() -> None:
    np.testing.assert_array_equal(stream(1, "init").random(9), stream(1, "init").random(9))


def test_every_seed_and_name_have_numbers_of_their_own() -> None:
    drawn = {stream(seed, name).random() for seed in (0, 1, 2, 2**40) for name in NAMES}
    assert len(drawn) == 4 * len(NAMES)


def test_drawing_from_one_moves_no_other() -> None:
    before = stream(0, "shuffle").random(5)
    one, other = stream(0, "shuffle"), stream(0, "feedback")
    other.random(1000)
    np.testing.assert_array_equal(one.random(5), before)


def test_streams_are_not_correlated() -> None:
    draws = np.stack([stream(0, name).standard_normal(20_000) for name in NAMES])
    correlation = np.corrcoef(draws) - np.eye(len(NAMES))
    assert abs(correlation).max() < 0.03


@pytest.mark.parametrize("seed", [-1, 1.5, "3", True, float("nan"), None])
def test_what_is_no_seed_is_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match=f"seed is {seed!r}; it must be .*0 or more"):
        stream(seed, "init")


def test_a_seed_may_be_a_number_of_numpy() -> None:
    assert stream(np.int8(7), "a").random() == stream(7, "a").random()
