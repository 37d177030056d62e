"""Whether a row is reproduced: by one rule, which the page states before the numbers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from statistics import fmean, stdev

from bpframe.statistics import Conclusion, compare_pairs
from bpframe_reproduce.rows import At, Check, Published, Row
from bpframe_reproduce.seeds import SeedRun, selected

SPREADS = 2.0
NEAR = 0.01
LEAST_RUNS = 3
BELOW = 0.5

Runs = Mapping[str, Sequence[SeedRun]]


class Verdict(Enum):
    """What can be said of a row."""

    REPRODUCED = "reproduced"
    PARTLY = "partly"
    NOT = "not"
    OPEN = "too few runs"


RULE = f"""\
A published number **agrees** if it lies between the lowest and the highest of ours, or within
{SPREADS:g} standard deviations of our mean, both under the same selection: last epoch beside last
epoch, peak beside peak, the best of three runs beside the largest of every three of our runs.
Rounding widens this by half of the last published digit. Where the source does not say which epoch
or which samples a number is of, it agrees if it does so for the last epoch or for the peak, and for
either of the samples. Where a row shows a phenomenon, such as a failure on purpose, that is stated
with the row as a **check** of its own. “Better” means a claim by the rule of `bpframe report`:
P(A > B) over paired seeds above 0.75, and its 95% interval above 0.5.

- **reproduced**: every published number of the row agrees, and every check holds;
- **partly**: some of them do; or an accuracy that does not agree is at most one percentage point
  from our mean;
- **not**: none of this.

Runs that failed are counted and are in no mean. With fewer than {LEAST_RUNS} finished runs, or
without the row that a check compares with, there is no verdict."""


@dataclass(frozen=True)
class Compared:
    """A published number beside ours.

    Attributes
    ----------
    published : Published
        The number.
    ours : dict
        What it was compared with: the selection and metric → our numbers under it.
    """

    published: Published
    ours: dict[tuple[At, str], list[float]]

    @property
    def agreeing(self) -> list[tuple[At, str]]:
        """The selections under which it agrees."""
        return [how for how, values in self.ours.items() if _agrees(self.published, values)]

    @property
    def agrees(self) -> bool:
        """Whether it does so under one of them."""
        return bool(self.agreeing)

    @property
    def near(self) -> bool:
        """Whether it is an accuracy, and at most one percentage point from our mean."""
        is_accuracy = self.published.metrics[0].endswith("/accuracy")
        means = [fmean(values) for values in self.ours.values()]
        off = [abs(self.published.value - mean) for mean in means]
        return is_accuracy and any(d <= NEAR or math.isclose(d, NEAR) for d in off)


@dataclass(frozen=True)
class Judged:
    """A row with all that its verdict rests on.

    Attributes
    ----------
    row : Row
        The row.
    runs : sequence of SeedRun
        Its runs.
    compared : list of Compared
        Its published numbers.
    checks : list of (str, bool or None)
        What was to be seen, and whether it was; None if the other row lacks.
    """

    row: Row
    runs: Sequence[SeedRun]
    compared: list[Compared]
    checks: list[tuple[str, bool | None]]

    @property
    def finished(self) -> list[SeedRun]:
        """The runs that came to their end."""
        return [run for run in self.runs if run.finished]

    @property
    def verdict(self) -> Verdict:
        """See `RULE`."""
        seen = [holds for _, holds in self.checks]
        if len(self.finished) < LEAST_RUNS or None in seen:
            return Verdict.OPEN
        held = [*(compared.agrees for compared in self.compared), *seen]
        if all(held):
            return Verdict.REPRODUCED
        if any(held) or any(compared.near for compared in self.compared):
            return Verdict.PARTLY
        return Verdict.NOT


def judge(row: Row, runs: Runs) -> Judged:
    """Return a row with its verdict.

    Parameters
    ----------
    row : Row
        The row.
    runs : mapping
        The runs of each row by its name; of other rows for what is better than them.
    """
    own = runs.get(row.name, ())
    return Judged(
        row,
        own,
        [Compared(published, _ours(published, own)) for published in row.published],
        [
            (check.value.format(other=other), _holds(check, own, runs.get(other, ())))
            for check, other in row.checks
        ],
    )


def limits(values: Sequence[float], half_digit: float) -> tuple[float, float]:
    """Return between which numbers a published one agrees with ours."""
    mean, sd = fmean(values), stdev(values) if len(values) > 1 else 0.0
    low, high = min(*values, mean - SPREADS * sd), max(*values, mean + SPREADS * sd)
    return low - half_digit, high + half_digit


def _agrees(published: Published, values: Sequence[float]) -> bool:
    low, high = limits(values, published.half_digit)
    # What is equal but for the rounding of floats is equal.
    near = math.isclose(published.value, low) or math.isclose(published.value, high)
    return near or low <= published.value <= high


def _ours(published: Published, runs: Sequence[SeedRun]) -> dict[tuple[At, str], list[float]]:
    ways = (At.LAST, At.PEAK) if published.at is At.UNSAID else (published.at,)
    found = {(at, m): selected(runs, m, at) for at in ways for m in published.metrics}
    return {how: values for how, values in found.items() if values}


def _holds(check: Check, runs: Sequence[SeedRun], others: Sequence[SeedRun]) -> bool | None:
    done = [run for run in runs if run.finished]
    if not done:
        return None
    if check in BETTER:
        return _is_better(runs, others, BETTER[check]) if others else None
    return all(_seen(check, run) for run in done)


BETTER = {
    Check.BETTER_AT_FIRST: At.FIRST,
    Check.BETTER_AT_LAST: At.LAST,
    Check.BETTER_PEAK: At.PEAK,
}


def _is_better(runs: Sequence[SeedRun], others: Sequence[SeedRun], at: At) -> bool:
    metric = "test/accuracy" if at is At.PEAK else "validation/accuracy"
    ours, theirs = (_by_seed(some, metric, at) for some in (runs, others))
    return compare_pairs(ours, theirs).conclusion is Conclusion.BETTER


def _by_seed(runs: Sequence[SeedRun], metric: str, at: At) -> dict[Hashable, float]:
    """Return a number of each run by its seed; NaN for a run that failed."""
    found = {run.seed: run.value(metric, at) if run.finished else math.nan for run in runs}
    return {seed: value for seed, value in found.items() if value is not None}


def _seen(check: Check, run: SeedRun) -> bool:
    if check is Check.SHRINKS:
        norms = [v for name, v in run.epochs[0].items() if name.startswith("delta_norm/layer_")]
        # The last layer is that of the outputs.
        return all(low < high for low, high in pairwise(norms[:-1]))
    if check is Check.LEARNT_BY_HEART:
        return max(run.curve("train/accuracy")) == 1.0
    curve = run.curve("test/accuracy")
    rises = check is not Check.RISES or curve[-1] > curve[0]
    return rises and curve[-1] < BELOW
