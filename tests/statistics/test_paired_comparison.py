"""Two choices beside each other: simulated ones whose difference is known, and invariances."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from builders import quick
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bpframe.statistics import Conclusion, PairedComparison, compare_pairs, more_pairs, pairs_for

MIRROR = {"better": "worse", "worse": "better", "no claim": "no claim"}
few = settings(quick, max_examples=50)
RUNS = st.dictionaries(
    st.integers(0, 20), st.sampled_from([0.5, 0.6, 0.7, 0.8, math.nan]), max_size=20
)


def simulated(seed: int, n: int, difference: float, sd: float) -> PairedComparison:
    """Return a comparison of two rules with a known mean and spread of their difference."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0.9, 0.05, n)
    a = dict(enumerate(common + rng.normal(difference, sd, n)))
    return compare_pairs(a, dict(enumerate(common)))


def test_what_the_seeds_have_in_common_is_taken_out() -> None:
    found = simulated(0, 20, difference=0.01, sd=0.005)
    assert found.differences.mean == pytest.approx(0.01, abs=0.004)
    assert found.differences.sd < 0.01
    assert found.conclusion is Conclusion.BETTER
    assert found.more == 0


@pytest.mark.parametrize(("probability", "n"), [(0.5, 400), (0.9, 400)])
def test_the_probability_is_the_known_one(probability: float, n: int) -> None:
    # A - B is normal with mean μ and deviation 1, so that P(A > B) is Φ(μ).
    found = simulated(1, n, difference=stats.norm.ppf(probability), sd=1)
    assert found.interval
    assert probability in found.interval
    assert found.probability == pytest.approx(probability, abs=0.06)


def test_lower_is_better_where_it_is_said() -> None:
    a, b = dict(enumerate([0.1] * 10)), dict(enumerate([0.2] * 10))
    assert compare_pairs(a, b).conclusion is Conclusion.WORSE
    assert compare_pairs(a, b, higher_is_better=False).conclusion is Conclusion.BETTER


@pytest.mark.parametrize(
    ("wins", "losses", "conclusion"),
    [
        # Six of six is the first run of wins whose interval is above a half.
        (5, 0, "no claim"),
        (6, 0, "better"),
        (0, 6, "worse"),
        # Above a half for certain, but not by enough.
        (70, 30, "no claim"),
        # Enough, but not for certain.
        (8, 2, "no claim"),
        (9, 1, "better"),
        # More than 0.75, and not 0.75 itself.
        (75, 25, "no claim"),
        (76, 24, "better"),
    ],
)
def test_the_rule_of_the_conclusion(wins: int, losses: int, conclusion: str) -> None:
    a = dict(enumerate([1.0] * wins + [0.0] * losses))
    assert compare_pairs(a, dict.fromkeys(a, 0.5)).conclusion.value == conclusion


def test_ties_count_half() -> None:
    found = compare_pairs({0: 1.0, 1: 0.5, 2: 0.5, 3: 0.0}, dict.fromkeys(range(4), 0.5))
    assert (found.wins, found.ties, found.losses, found.probability) == (1, 2, 1, 0.5)


def test_a_run_that_failed_is_a_lost_pair_and_has_no_difference() -> None:
    a = {0: 0.9, 1: math.nan, 2: 0.9, 3: math.inf}
    b = {0: 0.8, 1: 0.1, 2: math.nan, 3: -math.inf}
    found = compare_pairs(a, b)
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert (found.failed, found.baseline_failed) == ((1, 3), (2, 3))
    assert found.differences.n == 1
    lower = compare_pairs(a, b, higher_is_better=False)
    assert (lower.wins, lower.ties, lower.losses) == (1, 1, 2)


def test_a_seed_that_one_side_lacks_is_no_pair() -> None:
    found = compare_pairs({0: 1.0, 1: 1.0, 10: 1.0, 2: 1.0}, {0: 0.0, 3: 0.0})
    assert found.pairs == 1
    assert (found.lacking, found.baseline_lacking) == ((3,), (1, 2, 10))
    pooled = {(seed, "feedback_alignment"): 1.0 for seed in (10, 2)}
    assert [seed for seed, _ in compare_pairs(pooled, {}).baseline_lacking] == [2, 10]
    assert compare_pairs({"b": 1.0, 2: 1.0}, {}).baseline_lacking == (2, "b")


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_pairs_have_no_interval_and_no_claim(n: int) -> None:
    found = compare_pairs(dict.fromkeys(range(n), 1.0), dict.fromkeys(range(n), 0.0))
    assert (found.interval, found.differences.interval) == (None, None)
    assert found.conclusion is Conclusion.NO_CLAIM


@few
@given(RUNS, RUNS, st.booleans())
def test_to_swap_both_mirrors_everything(
    a: dict[int, float], b: dict[int, float], higher: bool
) -> None:
    one = compare_pairs(a, b, higher_is_better=higher)
    other = compare_pairs(b, a, higher_is_better=higher)
    assert (one.wins, one.ties, one.losses) == (other.losses, other.ties, other.wins)
    assert one.conclusion.value == MIRROR[other.conclusion.value]
    assert (one.failed, one.lacking) == (other.baseline_failed, other.baseline_lacking)
    assert one.more == other.more
    if one.differences.interval and other.differences.interval:
        assert one.differences.interval == other.differences.interval.mirrored()
    if one.interval and other.interval:
        assert one.interval.low == pytest.approx(1 - other.interval.high)


@few
@given(RUNS, RUNS, st.integers(0, 1000))
def test_the_order_of_runs_does_not_matter(
    a: dict[int, float], b: dict[int, float], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    keys = [int(key) for key in rng.permutation(list(a))]
    one, other = compare_pairs(a, b), compare_pairs({key: a[key] for key in keys}, b)
    assert repr(one) == repr(other)


def test_a_comparison_of_equal_rules_makes_few_false_claims() -> None:
    """The probability of a claim where there is none to make, from all counts."""
    for n in [*range(3, 12), 20, 30, 60]:
        claims = [k for k in range(n + 1) if conclusion_of(k, n) is not Conclusion.NO_CLAIM]
        assert stats.binom.pmf(claims, n, 0.5).sum() <= 0.05


def conclusion_of(wins: int, n: int) -> Conclusion:
    a = dict(enumerate([1.0] * wins + [0.0] * (n - wins)))
    return compare_pairs(a, dict.fromkeys(a, 0.5)).conclusion


def test_the_rule_is_known_from_its_numbers() -> None:
    found = compare_pairs(dict.fromkeys(range(9), 1.0), dict.fromkeys(range(9), 0.0))
    assert replace(found, probability=0.75).conclusion is Conclusion.NO_CLAIM


@pytest.mark.parametrize(("probability", "pairs"), [(0.75, 44), (0.9, 17), (0.1, 17)])
def test_noethers_number_of_pairs(probability: float, pairs: int) -> None:
    assert pairs_for(probability) == pairs


def test_what_is_settled_needs_no_more() -> None:
    assert more_pairs(10, 10) == 0
    # Neither can be claimed any more.
    assert more_pairs(50, 100) == 0


def test_what_is_not_settled_needs_more() -> None:
    assert more_pairs(0, 0) is None
    assert more_pairs(5, 5) == 1
    assert more_pairs(3, 3) == 6
    # The share that a claim needs is the one there is.
    assert more_pairs(75, 100) is None


@pytest.mark.parametrize(("wins", "n"), [(3, 3), (8, 10), (6, 10)])
def test_so_many_more_settle_it_as_often_as_is_said(wins: int, n: int) -> None:
    more = more_pairs(wins, n)
    assert more
    rng = np.random.default_rng(3)
    shares = rng.beta(wins + 0.5, n - wins + 0.5, 2000)
    counts = np.bincount(rng.binomial(more, shares))
    settled = sum(count for k, count in enumerate(counts) if more_pairs(wins + k, n + more) == 0)
    assert settled >= stats.binom.ppf(0.001, 2000, 0.8)
