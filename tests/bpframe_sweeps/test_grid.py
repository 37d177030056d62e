"""Which runs a grid has: every combination, and options that go side by side."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Span, Sweep, Values
from bpframe_sweeps import Grid

SWEEP = Sweep(Path(), Path(), "mark")
RATES = Values("optimizer.learning_rate", ("3", "0.5"))
RULES = Values("backprop", ("full_matrix", "feedback_alignment"))
SEEDS = Values("seed", ("0", "1", "2"))


def runs(grid: Grid, *varying: Values | Span) -> list[dict[str, str]]:
    """Return the runs of the only round."""
    (found,) = list(grid.rounds(SWEEP, list(varying)))
    return found


def test_the_last_option_varies_fastest() -> None:
    found = [tuple(run.values()) for run in runs(Grid(), RULES, SEEDS)]
    assert found == list(itertools.product(RULES.values, SEEDS.values))


def test_nothing_that_varies_is_one_run() -> None:
    assert runs(Grid()) == [{}]


def test_options_side_by_side() -> None:
    found = runs(Grid(together=[RULES.key, RATES.key]), RULES, SEEDS, RATES)
    assert [tuple(run.values()) for run in found] == [
        (rule, seed, rate)
        for rule, rate in zip(RULES.values, RATES.values, strict=True)
        for seed in SEEDS.values
    ]
    assert list(found[0]) == [RULES.key, SEEDS.key, RATES.key]


def test_two_groups_side_by_side() -> None:
    others = [Values(f"trainer.{name}", ("1", "2")) for name in ("epochs", "batch_size")]
    together = [[RULES.key, RATES.key], [other.key for other in others]]
    found = runs(Grid(together=together), RULES, RATES, *others)
    assert len(found) == 4
    assert all(run["trainer.epochs"] == run["trainer.batch_size"] for run in found)


@pytest.mark.parametrize(
    ("together", "word"),
    [
        ([RULES.key, SEEDS.key], "2 of backprop, 3 of seed"),
        ([RULES.key, "cost"], "'cost' does not vary"),
        ([[RULES.key, RATES.key], [RATES.key, SEEDS.key]], "is there twice"),
        ([1, 2], "'1' is no option"),
        ([[RULES.key, None]], "no list of options"),
    ],
)
def test_what_does_not_go_together_is_refused(together: list[object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        runs(Grid(together=together), RULES, RATES, SEEDS)


def test_a_span_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        runs(Grid(), Span("seed", 0, 1))


def test_more_than_anybody_waits_for() -> None:
    many = [Values(key, tuple(map(str, range(101)))) for key in ("a", "b")]
    with pytest.raises(ValueError, match="10,201 runs"):
        runs(Grid(), *many)
    assert len(runs(Grid(together=["a", "b"]), *many)) == 101


@given(st.lists(st.integers(1, 4), max_size=4))
def test_each_combination_once(sizes: list[int]) -> None:
    varying = [Values(f"k{i}", tuple(map(str, range(n)))) for i, n in enumerate(sizes)]
    found = [tuple(run.items()) for run in runs(Grid(), *varying)]
    assert len(set(found)) == len(found) == math.prod(sizes)
