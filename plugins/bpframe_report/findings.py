"""What a report finds: for each choice its numbers, and beside the baseline its comparison."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bpframe import SPLITS, quantity_of
from bpframe.errors import ConfigError, did_you_mean
from bpframe.statistics import (
    PairedComparison,
    PooledScore,
    Summary,
    compare_pairs,
    interquartile_mean,
    summarize,
)
from bpframe_report.choices import Chosen, Key
from bpframe_report.observed import SEED, Observed, counted

# The first that there is is compared unless another one is named.
USUAL = [f"{split}/{quantity}" for split in reversed(SPLITS) for quantity in ("accuracy", "cost")]
ACCURACY = "accuracy"
SHARES = 0.0, 1.0
AT_BEST, PEAK = "_at_best_", "_peak"
EPOCH = re.compile(r"^epoch \d+, ")
# Of comparisons in one report, from which on chance has a word to say.
MANY = 4


@dataclass(frozen=True)
class Row:
    """A choice on a data set.

    Attributes
    ----------
    choice : str
        The choice.
    runs : dict
        Its runs by their keys: seed and pooled values.
    values : dict
        The number of each; NaN for a run that failed.
    summary : Summary
        Of those that are finite.
    failed, diverged : int
        How many runs failed, and how many of these because their cost was not finite any more.
    seconds : float
        What a training took in the middle, see `Observed.seconds`.
    selections : dict of Summary
        The figure by how it was selected: ``last epoch``, ``best on validation`` …
    comparison : PairedComparison or None
        Beside the baseline; None for the baseline itself, and where there is none.
    """

    choice: str
    runs: Mapping[Key, Observed]
    values: Mapping[Key, float]
    summary: Summary
    failed: int
    diverged: int
    seconds: float
    selections: Mapping[str, Summary]
    comparison: PairedComparison | None


@dataclass
class Findings:
    """All that a report says.

    Attributes
    ----------
    metric : str
        The figure that is compared.
    selected : str
        How it was selected.
    higher : bool
        Whether the highest is the best.
    chosen : Chosen
        The choices and their runs.
    baseline : str or None
        The choice that others are compared with.
    rows : dict
        By data set, a row for each choice that has runs there.
    pooled : dict of PooledScore
        By choice, over all data sets; empty if there is only one.
    scores : dict
        By choice: data set → scores on one scale, of which `pooled` is made.
    scale : str
        What the scores are.
    notes : list of str
        What a reader must know.
    command : str
        What makes this report.
    """

    metric: str
    selected: str
    higher: bool
    chosen: Chosen
    baseline: str | None
    rows: dict[str, list[Row]]
    pooled: dict[str, PooledScore] = field(default_factory=dict)
    scores: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    scale: str = ""
    notes: list[str] = field(default_factory=list)
    command: str = ""

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return len({key[0] for rows in self.rows.values() for row in rows for key in row.runs})

    @property
    def by(self) -> str:
        """What choices differ in."""
        return ", ".join(self.chosen.by) or "choice"


def main_metric(runs: Iterable[Observed]) -> str | None:
    """Return the metric of a report that names none: the first of the usual ones that there is."""
    held = {name for one in runs for name in one.run.outcome.figures}
    return next((name for name in USUAL if name in held), None)


def find(
    chosen: Chosen,
    metric: str | None,
    baseline: str | None,
    higher_is_better: Collection[str],
    command: str = "",
) -> Findings:
    """Find what can be said of some choices.

    Parameters
    ----------
    chosen : Chosen
        The runs.
    metric : str, optional
        A figure of the runs; the main one if left out.
    baseline : str, optional
        See `Chosen.baseline`.
    higher_is_better : collection of str
        The metrics, without their split, of which the highest is the best.
    command : str
        What makes this report.

    Raises
    ------
    ConfigError
        If no run has such a figure, or if there is no such baseline.
    """
    runs = chosen.runs
    metric = _metric(runs, metric)
    higher = quantity_of(metric) in higher_is_better
    base = chosen.baseline(baseline)
    rows = {
        name: [
            _row(choice, of, metric, higher, choices[base] if base and choice != base else None)
            for choice, of in choices.items()
            if of
        ]
        for name, choices in chosen.data.items()
    }
    findings = Findings(
        metric,
        _selected(runs, metric),
        higher,
        chosen,
        base,
        rows,
        notes=list(chosen.notes),
        command=command,
    )
    if len(rows) > 1:
        findings.scores, findings.scale = _scores(rows, metric, higher)
        findings.pooled = {c: interquartile_mean(of) for c, of in findings.scores.items()}
        if lacking := [c for c in chosen.choices if c not in findings.pooled]:
            findings.notes.append(
                f"not on every data set, and so in no score over all: {', '.join(lacking)}"
            )
    findings.notes += _notes(findings)
    return findings


def selections_of(metric: str, figures: Collection[str]) -> list[str]:
    """Return the figures that are the same metric at another selection: last, best, peak."""
    plain = metric[: metric.rfind("/") + 1] + quantity_of(metric)
    best = sorted(name for name in figures if name.startswith(plain + AT_BEST))
    return [name for name in [plain, *best, plain + PEAK] if name in figures]


def _metric(runs: Sequence[Observed], named: str | None) -> str:
    held = sorted({name for one in runs for name in one.run.outcome.figures if not one.failed})
    if not held:
        raise ConfigError("no run has finished with a figure, so that there is nothing to compare")
    if named is None:
        return main_metric(one for one in runs if not one.failed) or held[0]
    if named in held:
        return named
    raise ConfigError(
        f"no run has the figure '{named}'; known are {', '.join(held)}.{did_you_mean(named, held)}"
    )


def _selected(runs: Iterable[Observed], figure: str) -> str:
    """Return how a figure was selected, in each way that occurs, without the number of an epoch."""
    figures = (one.run.outcome.figures.get(figure) for one in runs if not one.failed)
    found = {EPOCH.sub("", str(f.get("selected", ""))) for f in figures if f}
    return "; ".join(sorted(found - {""}))


def _row(
    choice: str,
    runs: Mapping[Key, Observed],
    metric: str,
    higher: bool,
    baseline: Mapping[Key, Observed] | None,
) -> Row:
    values = _values(runs, metric)
    fine = [one for one in runs.values() if not one.failed]
    names = selections_of(metric, {name for one in fine for name in one.run.outcome.figures})
    times = [one.seconds for one in fine if math.isfinite(one.seconds)]
    return Row(
        choice,
        runs,
        values,
        _summary(values, metric),
        sum(not math.isfinite(value) for value in values.values()),
        sum(one.diverged for one in runs.values()),
        summarize(times).median,
        {_selected(fine, name): _summary(_values(runs, name), name) for name in names},
        compare_pairs(values, _values(baseline, metric), higher_is_better=higher)
        if baseline
        else None,
    )


def _values(runs: Mapping[Key, Observed], figure: str) -> dict[Key, float]:
    found = {key: one.value(figure) for key, one in runs.items()}
    return {key: value for key, value in found.items() if value is not None}


def _summary(values: Mapping[Key, float], figure: str) -> Summary:
    finite = (value for value in values.values() if math.isfinite(value))
    return summarize(finite, SHARES if quantity_of(figure) == ACCURACY else None)


def _scores(
    rows: Mapping[str, Sequence[Row]], metric: str, higher: bool
) -> tuple[dict[str, dict[str, list[float]]], str]:
    """Return scores on one scale, by choice and data set, of the choices that every set has."""
    everywhere = [
        row.choice
        for row in next(iter(rows.values()))
        if all(any(o.choice == row.choice and o.values for o in of) for of in rows.values())
    ]
    share = quantity_of(metric) == ACCURACY
    scores: dict[str, dict[str, list[float]]] = {choice: {} for choice in everywhere}
    for data, of in rows.items():
        finite = [v for row in of for v in row.values.values() if math.isfinite(v)]
        worst, best = SHARES if share else _ends(finite, higher)
        for row in of:
            if row.choice in scores:
                scores[row.choice][data] = [
                    (v - worst) / (best - worst) if math.isfinite(v) and best != worst else 0.0
                    for v in row.values.values()
                ]
    scale = (
        f"score: {metric} as it is; a run that failed has 0"
        if share
        else f"score: {metric}, from 0, the worst run of any choice on a data set, to 1, the best; "
        "a run that failed has 0"
    )
    return scores, scale


def _ends(values: Sequence[float], higher: bool) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    return (low, high) if higher else (high, low)


def _notes(findings: Findings) -> list[str]:
    """Return what must be said of seeds that are lost or lacking, and of the intervals."""
    notes = []
    for data, rows in findings.rows.items():
        where = f" on {data}" if len(findings.rows) > 1 else ""
        for row in rows:
            notes += [f"{row.choice}{where}: {note}" for note in _notes_of(row, findings.baseline)]
    if any(row.failed for rows in findings.rows.values() for row in rows):
        notes.append(
            "means and intervals are without runs that failed; P(A > B) counts these as worse than "
            "any that finished"
        )
    means = {row.summary.interval for rows in findings.rows.values() for row in rows}
    methods = sorted({interval.method for interval in means if interval})
    if methods:
        notes.append(f"95% intervals of means: {', '.join(methods)}")
    if any(row.summary.n < 3 for rows in findings.rows.values() for row in rows):
        notes.append("fewer than 3 runs, or 3 pairs: no interval, and no claim")
    comparisons = sum(bool(row.comparison) for rows in findings.rows.values() for row in rows)
    if comparisons >= MANY:
        notes.append(
            f"{comparisons} comparisons: were all choices alike, the chance of a false claim in "
            f"one of them would be up to {1 - 0.95**comparisons:.0%}"
        )
    return notes


def _notes_of(row: Row, baseline: str | None) -> list[str]:
    notes = []
    if lost := len(row.runs) - len(row.values):
        notes.append(f"{counted(lost, 'run')} without this figure, left out")
    if row.failed:
        failed = [key for key, value in row.values.items() if not math.isfinite(value)]
        of_these = f", {row.diverged} of them diverged" if row.diverged else ""
        notes.append(f"{counted(row.failed, 'run')} failed{of_these}: {seeds_text(failed)}")
    if pairs := row.comparison:
        if pairs.lacking:
            notes.append(f"lacks {seeds_text(pairs.lacking)} of {baseline}: no pairs")
        if pairs.baseline_lacking:
            notes.append(f"{seeds_text(pairs.baseline_lacking)}: {baseline} lacks it, no pairs")
    return notes


def seeds_text(keys: Iterable[object]) -> str:
    """Return the seeds of runs, and the pooled values behind them; of more than ten the first."""
    texts = [" ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in keys]
    shown = ", ".join(texts[:10]) + (f" and {len(texts) - 10} more" if len(texts) > 10 else "")
    return f"{SEED}{'' if len(texts) == 1 else 's'} {shown}"
