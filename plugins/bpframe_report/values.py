"""The numbers of a report as CSV, whole and not rounded."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bpframe import csv_of
from bpframe.statistics import ConfidenceInterval
from bpframe_report.findings import Findings, Row

NUMBERS = ("n", "mean", "sd", "median", "lowest", "highest")
ENDS = ("low", "high", "method")
PAIRS = ("pairs", "wins", "ties", "losses")
HEADINGS = (
    *NUMBERS,
    *(f"mean_{end}" for end in ENDS),
    "failed",
    "diverged",
    "seconds",
    "baseline",
    *PAIRS,
    "difference",
    "difference_sd",
    *(f"difference_{end}" for end in ENDS),
    "probability",
    *(f"probability_{end}" for end in ENDS),
    "verdict",
    "more",
    "made_by",
)


def values(findings: Findings) -> bytes:
    """Return a line for each choice on each data set, at each selection of the metric.

    What compares with the baseline stands in the line of the selection that the report is about.
    """
    by = findings.chosen.by
    head = ("data", *by, "metric", "selected", *HEADINGS)
    return csv_of([head, *_lines(findings)])


def _lines(findings: Findings) -> Iterator[list[object]]:
    for data, rows in findings.rows.items():
        for row in rows:
            choice = [data, *findings.chosen.values[row.choice], findings.metric]
            others = {k: s for k, s in row.selections.items() if k != findings.selected}
            for selected, summary in {findings.selected: row.summary, **others}.items():
                numbers = [getattr(summary, name) for name in NUMBERS]
                line = [*choice, selected, *numbers, *_ends(summary.interval)]
                if selected == findings.selected:
                    line += [row.failed, row.diverged, row.seconds, *_compared(findings, row)]
                else:
                    line += [""] * (len(HEADINGS) - len(NUMBERS) - len(ENDS) - 1)
                yield [_text(value) for value in [*line, findings.command]]


def _compared(findings: Findings, row: Row) -> list[object]:
    pairs = row.comparison
    if pairs is None:
        return [""] * (HEADINGS.index("made_by") - HEADINGS.index("baseline"))
    differences = pairs.differences
    return [
        findings.baseline,
        *(getattr(pairs, name) for name in PAIRS),
        differences.mean,
        differences.sd,
        *_ends(differences.interval),
        pairs.probability,
        *_ends(pairs.interval),
        pairs.conclusion.value,
        pairs.more,
    ]


def _ends(interval: ConfidenceInterval | None) -> list[object]:
    return [interval.low, interval.high, interval.method] if interval else ["", "", ""]


def _text(value: object) -> object:
    """Return a value as it is written; nothing for what is not known."""
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
