"""Scores on several data sets: known answers, and what does not change them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bpframe.statistics import interquartile_mean, performance_profile

SCORES = {"xor": [0.0, 1.0, 1.0, 1.0], "digits": [0.9, 0.92, 0.94, 0.96]}


def test_the_interquartile_mean_is_that_of_the_middle_half() -> None:
    found = interquartile_mean(SCORES)
    # In order: 0, 0.9, | 0.92, 0.94, 0.96, 1, | 1, 1.
    assert found.value == pytest.approx((0.92 + 0.94 + 0.96 + 1) / 4)
    assert found.interval
    assert found.value in found.interval


def test_one_run_that_failed_moves_it_less_than_the_mean() -> None:
    fine = {"a": [0.9] * 10, "b": [0.8] * 10}
    bad = {"a": [0.9] * 9 + [0.0], "b": [0.8] * 10}
    assert interquartile_mean(fine).value - interquartile_mean(bad).value < 0.02


def test_too_few_runs_have_no_interval() -> None:
    assert interquartile_mean(SCORES | {"mnist": [0.5, 0.6]}).interval is None


def test_nothing_depends_on_the_order() -> None:
    other = {name: list(reversed(values)) for name, values in reversed(SCORES.items())}
    assert interquartile_mean(other) == interquartile_mean(SCORES)
    one, two = (performance_profile(scores, [0.5, 0.93]) for scores in (SCORES, other))
    assert [list(x) for x in (one.shares, one.low, one.high)] == [
        list(x) for x in (two.shares, two.low, two.high)
    ]


def test_a_data_set_with_many_runs_counts_as_one_with_few() -> None:
    many = SCORES | {"digits": SCORES["digits"] * 5}
    few = performance_profile(SCORES, [0.95]).shares
    assert performance_profile(many, [0.95]).shares == pytest.approx(few)
    assert few == pytest.approx([(3 / 4 + 1 / 4) / 2])


def test_a_profile_falls_from_one_to_nothing() -> None:
    found = performance_profile(SCORES, [-0.1, 0.5, 0.95, 1.0])
    assert list(found.shares) == sorted(found.shares, reverse=True)
    assert (found.shares[0], found.shares[-1]) == (1, 0)
    assert (found.low <= found.shares).all()
    assert (found.shares <= found.high).all()


@pytest.mark.slow
def test_the_interval_covers_the_true_interquartile_mean() -> None:
    """Of normal scores on two data sets the middle half has a mean that symmetry gives."""
    rng = np.random.default_rng(5)
    samples, covered = 400, 0
    for _ in range(samples):
        scores = {name: list(rng.normal(0.5, 0.1, 20)) for name in ("a", "b")}
        interval = interquartile_mean(scores).interval
        assert interval
        covered += 0.5 in interval
    assert covered >= stats.binom.ppf(0.001, samples, 0.92)
