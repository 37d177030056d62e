"""The rule of the verdict, on numbers that are made up for it."""

from __future__ import annotations

import math

import pytest
from made_up import run, untrained

from bpframe_reproduce.rows import ROWS, At, Check, Published, Row
from bpframe_reproduce.seeds import SeedRun, best_of_three, selected
from bpframe_reproduce.verdict import Verdict, judge, limits

BY_NAME = {row.name: row for row in ROWS}
TEST = "test/accuracy"


def row_of(*published: Published, checks: tuple[tuple[Check, str], ...] = ()) -> Row:
    return Row("row", 1, "", "", published, checks)


def runs(*curves: tuple[float, ...]) -> list[SeedRun]:
    return [run(seed, curve) for seed, curve in enumerate(curves)]


def verdict(published: Published, *curves: tuple[float, ...]) -> Verdict:
    return judge(row_of(published), {"row": runs(*curves)}).verdict


# Mean 0.95, standard deviation 0.001: two of them reach further than the extremes.
OURS = ((0.949,), (0.95,), (0.951,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.95, Verdict.REPRODUCED),
        (0.952, Verdict.REPRODUCED),
        (0.95205, Verdict.REPRODUCED),
        (0.9521, Verdict.PARTLY),
        (0.948, Verdict.REPRODUCED),
        (0.9479, Verdict.PARTLY),
        (0.96, Verdict.PARTLY),
        (0.9601, Verdict.NOT),
    ],
)
def test_two_standard_deviations_and_rounding(value: float, expected: Verdict) -> None:
    assert verdict(Published(value, TEST, At.LAST), *OURS) is expected


def test_the_extremes_count_where_they_are_further_out() -> None:
    values = [0.95] * 9 + [0.90]
    low, high = limits(values, 0.0)
    assert low == 0.90
    assert high > 0.95
    assert limits([0.5], 0.01) == pytest.approx((0.49, 0.51))


def test_a_number_is_compared_under_its_own_selection() -> None:
    curves = ((0.80, 0.97, 0.95), (0.82, 0.97, 0.95), (0.81, 0.97, 0.95))
    peak, last, first = (Published(0.97, TEST, at) for at in (At.PEAK, At.LAST, At.FIRST))
    assert verdict(peak, *curves) is Verdict.REPRODUCED
    assert verdict(last, *curves) is Verdict.NOT
    assert verdict(first, *curves) is Verdict.NOT
    unsaid = judge(row_of(Published(0.95, TEST, At.UNSAID)), {"row": runs(*curves)})
    assert unsaid.verdict is Verdict.REPRODUCED
    assert unsaid.compared[0].agreeing == [(At.LAST, TEST)]


def test_samples_that_are_not_said() -> None:
    either = Published(0.951, f"{TEST},validation/accuracy", At.UNSAID, half_digit=0.0)
    judged = judge(row_of(either), {"row": runs((0.95,), (0.95,), (0.95,))})
    assert judged.compared[0].agreeing == [
        (At.LAST, "validation/accuracy"),
        (At.PEAK, "validation/accuracy"),
    ]


def test_the_best_of_three_is_compared_with_the_best_of_three() -> None:
    assert best_of_three([1, 2, 3, 4]) == [3, 4, 4, 4]
    curves = [(0.9 + seed / 100,) for seed in range(5)]
    values = selected(runs(*curves), TEST, At.BEST_OF_THREE)
    assert len(values) == math.comb(5, 3)
    # The lowest of five runs is never the best of three.
    assert min(values) == pytest.approx(0.92)


def test_failed_runs_are_counted_and_in_no_number() -> None:
    failed = run(3, (0.1,), status="failed")
    judged = judge(row_of(Published(0.95, TEST, At.LAST)), {"row": [*runs(*OURS), failed]})
    assert judged.verdict is Verdict.REPRODUCED
    assert judged.compared[0].ours == {(At.LAST, TEST): [0.949, 0.95, 0.951]}
    few = judge(row_of(Published(0.95, TEST, At.LAST)), {"row": [*runs(*OURS[:2]), failed]})
    assert few.verdict is Verdict.OPEN


def test_some_that_agree_are_partly() -> None:
    agrees, not_so = Published(0.95, TEST, At.LAST), Published(0.5, TEST, At.LAST)
    assert judge(row_of(agrees, not_so), {"row": runs(*OURS)}).verdict is Verdict.PARTLY
    # The phenomenon without the number.
    check = ((Check.LEARNT_BY_HEART, ""),)
    assert judge(row_of(not_so, checks=check), {"row": runs(*OURS)}).verdict is Verdict.PARTLY


def test_better_is_a_claim_over_paired_seeds() -> None:
    row = row_of(Published(0.95, TEST, At.LAST), checks=((Check.BETTER_AT_LAST, "other"),))
    ours = [run(seed, (0.95,)) for seed in range(10)]
    worse = [run(seed, (0.94,)) for seed in range(10)]
    mixed = [run(seed, (0.94 if seed % 2 else 0.96,)) for seed in range(10)]
    held = {
        name: judge(row, {"row": ours, "other": other}).checks[0][1]
        for name, other in {"worse": worse, "mixed": mixed, "none": []}.items()
    }
    assert held == {"worse": True, "mixed": False, "none": None}
    # What was not looked at may be either.
    assert judge(row, {"row": ours}).verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("name", "curve", "holds"),
    [
        ("rate_too_low", (0.11, 0.15, 0.21), True),
        ("rate_too_low", (0.11, 0.15, 0.10), False),
        ("rate_too_low", (0.11, 0.60, 0.90), False),
        ("rate_too_high", (0.10, 0.10, 0.10), True),
        ("rate_too_high", (0.10, 0.50, 0.95), False),
    ],
)
def test_failures_on_purpose(name: str, curve: tuple[float, ...], holds: bool) -> None:
    judged = judge(BY_NAME[name], {name: runs(curve, curve, curve)})
    assert [held for _, held in judged.checks] == [holds]


def test_the_vanishing_gradient() -> None:
    row = BY_NAME["vanishing_3"]
    shrinking = [untrained(seed, (0.012, 0.06, 0.28, 0.1)) for seed in range(3)]
    judged = judge(row, {row.name: shrinking})
    assert judged.checks[0][1] is True
    # Rounding alone: all seeds are equal.
    assert [compared.agrees for compared in judged.compared] == [False, True, False]
    assert judged.verdict is Verdict.PARTLY
    growing = [*shrinking, untrained(3, (0.3, 0.06, 0.28, 0.1))]
    assert judge(row, {row.name: growing}).checks[0][1] is False
