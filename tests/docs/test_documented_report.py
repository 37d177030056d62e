"""The commands of docs/report.md do what stands there, and its numbers are those of the rule."""

from __future__ import annotations

import shlex
from pathlib import Path

from documents import blocks
from running import CommandLine
from scipy import stats

from bpframe.statistics import compare_pairs, pairs_for

TEXT = (Path(__file__).parents[2] / "docs" / "report.md").read_text()


def test_the_first_commands_make_the_files_that_are_named(cli: CommandLine) -> None:
    (block,) = blocks(TEXT, "sh")
    sweep, report = (shlex.split(line)[1:] for line in block.splitlines())
    result = cli(*sweep, "tracking=none", "plots=none")
    result.must_be_fine()
    folder = result.folders[0].parent
    assert "verdict" in result.out
    again = cli(*report)
    assert (again.code, again.err) == (0, "")
    made = {file.name for file in folder.glob("report*")}
    assert {f"`{name}`" for name in made} <= set(TEXT.split())
    assert made >= {"report.md", "report.csv", "report.tex", "report_seeds.png"}


def verdict(wins: int, pairs: int) -> str:
    a = dict(enumerate([1.0] * wins + [0.0] * (pairs - wins)))
    return compare_pairs(a, dict.fromkeys(a, 0.5)).conclusion.value


def test_the_numbers_of_the_rule() -> None:
    assert (verdict(5, 5), verdict(6, 6)) == ("no claim", "better")
    assert (verdict(8, 10), verdict(9, 10)) == ("no claim", "better")
    assert "with 10 seeds it takes 9 wins" in TEXT
    assert f"gives {pairs_for(0.75)} pairs" in TEXT.replace("\n", " ")


def test_what_a_bootstrap_would_claim() -> None:
    """The bootstrap of a share is a binomial number, so that its false claims can be counted."""
    false = []
    for n in (3, 5, 8):
        low, high = stats.binom.ppf([[0.025], [0.975]], n, [k / n for k in range(n + 1)]) / n
        claims = [
            k
            for k in range(n + 1)
            if (k / n > 0.75 and low[k] > 0.5) or (k / n < 0.25 and high[k] < 0.5)
        ]
        false.append(round(float(stats.binom.pmf(claims, n, 0.5).sum()), 2))
    assert false == [0.25, 0.06, 0.07]
