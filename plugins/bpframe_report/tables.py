"""The tables of a report, as texts: the same for the terminal, Markdown and LaTeX."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpframe.statistics import ConfidenceInterval, PairedComparison, Summary
from bpframe_report.findings import Findings, Row

MOST_DECIMALS, LEAST_DECIMALS = 6, 2
# Beyond them numbers have a power of ten.
SMALL, LARGE = 1e-3, 1e5
NOTHING = "-"


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    title : str
        What stands above it.
    headings : tuple of str
        Of the columns; the first are those of names, and the others those of numbers.
    rows : list of tuple of str
        The cells. A cell, and a heading, may have two lines.
    names : tuple of int
        The columns that hold words.
    """

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    names: tuple[int, ...] = (0,)


def tables_of(findings: Findings) -> Iterator[Table]:
    """Yield the tables of a report, those of each data set together."""
    several = len(findings.rows) > 1
    for data, rows in findings.rows.items():
        where = f" on {data}" if several else ""
        yield summaries(findings, rows, where)
        if any(row.comparison for row in rows):
            yield comparisons(findings, rows, where)
        if len({name for row in rows for name in row.selections}) > 1:
            yield selections(findings, rows, where)
    if findings.pooled:
        yield pooled(findings)


def summaries(findings: Findings, rows: Sequence[Row], where: str) -> Table:
    """Return the table of the numbers of each choice."""
    number = Numbers.of(row.summary for row in rows)
    has_failed = any(row.failed for row in rows)
    failed_heading = ("failed\n(diverged)",) if has_failed else ()
    better = "higher" if findings.higher else "lower"
    selected = f", {findings.selected}" if findings.selected else ""
    return Table(
        f"{findings.metric}{where}{selected}; {better} is better",
        (findings.by, "n", "mean ± sd", "median", "95% interval", *failed_heading, "s a run"),
        [
            (
                row.choice,
                str(row.summary.n),
                number.with_spread(row.summary),
                number.text(row.summary.median),
                number.interval(row.summary.interval),
                *((f"{row.failed} ({row.diverged})" if row.failed else "0",) if has_failed else ()),
                f"{row.seconds:.2g}"
                if row.seconds < 100
                else f"{row.seconds:.0f}"
                if math.isfinite(row.seconds)
                else NOTHING,
            )
            for row in rows
        ],
    )


def comparisons(findings: Findings, rows: Sequence[Row], where: str) -> Table:
    """Return the table of the choices beside the baseline."""
    compared = [(row.choice, row.comparison) for row in rows if row.comparison]
    number = Numbers.of(pairs.differences for _, pairs in compared)
    share = Numbers(2)
    return Table(
        f"A beside B = {findings.baseline}{where}, paired by seed",
        (
            f"A: {findings.by}",
            "pairs",
            "mean A - B\n[95% interval]",
            "P(A > B)\n[95% interval]",
            "verdict",
            "more\nseeds",
        ),
        [
            (
                choice,
                str(pairs.pairs),
                f"{number.text(pairs.differences.mean)}\n"
                f"{number.interval(pairs.differences.interval)}",
                f"{share.text(pairs.probability)}\n{share.interval(pairs.interval)}",
                pairs.conclusion.value,
                more_text(pairs),
            )
            for choice, pairs in compared
        ],
        names=(0, 4),
    )


def selections(findings: Findings, rows: Sequence[Row], where: str) -> Table:
    """Return the table of the metric at each selection: last epoch, best on validation, peak."""
    names = list(dict.fromkeys(name for row in rows for name in row.selections))
    number = Numbers.of(s for row in rows for s in row.selections.values())
    return Table(
        f"{findings.metric}{where}, by how it was selected: mean ± sd [95% interval]",
        (findings.by, *(two_lines(name) for name in names)),
        [
            (
                row.choice,
                *(
                    f"{number.with_spread(row.selections[name])}\n"
                    f"{number.interval(row.selections[name].interval)}"
                    if name in row.selections
                    else NOTHING
                    for name in names
                ),
            )
            for row in rows
        ],
    )


def pooled(findings: Findings) -> Table:
    """Return the table of the scores over all data sets."""
    number = Numbers(4)
    return Table(
        f"over {len(findings.rows)} data sets: interquartile mean of the scores",
        (findings.by, "runs", "interquartile\nmean", "95% interval"),
        [
            (
                choice,
                str(sum(map(len, findings.scores[choice].values()))),
                number.text(score.value),
                number.interval(score.interval),
            )
            for choice, score in findings.pooled.items()
        ],
    )


@dataclass(frozen=True)
class Numbers:
    """How the numbers of a table are written.

    Attributes
    ----------
    decimals : int or None
        How many digits stand behind the point; None for a power of ten, and four digits.
    """

    decimals: int | None

    @classmethod
    def of(cls, summaries: Iterable[Summary]) -> Numbers:
        """Return how to write numbers so that the middle one of the spreads has two digits."""
        known = [s for s in summaries if s.n]
        largest = max((max(abs(s.lowest), abs(s.highest)) for s in known), default=0.0)
        spreads = sorted(s.sd for s in known if s.sd > 0)
        if largest >= LARGE or 0 < largest < SMALL:
            return cls(None)
        if not spreads:
            return cls(4)
        digits = 1 - math.floor(math.log10(spreads[len(spreads) // 2]))
        return cls(max(LEAST_DECIMALS, min(MOST_DECIMALS, digits)))

    def text(self, value: float) -> str:
        """Return a number; ``-`` for NaN."""
        if not math.isfinite(value):
            return NOTHING
        if self.decimals is None:
            return f"{value:.3e}"
        text = f"{value:.{self.decimals}f}"
        return text.removeprefix("-") if not float(text) else text

    def with_spread(self, summary: Summary) -> str:
        """Return ``mean ± sd``."""
        spread = f" ± {self.text(summary.sd)}" if summary.n > 1 else ""
        return self.text(summary.mean) + spread

    def interval(self, interval: ConfidenceInterval | None) -> str:
        """Return ``[low, high]``; ``-`` if there is none."""
        if interval is None:
            return NOTHING
        return f"[{self.text(interval.low)}, {self.text(interval.high)}]"


def more_text(pairs: PairedComparison) -> str:
    """Return how many more seeds would settle a comparison; ``-`` where that is nothing to say."""
    if not pairs.pairs or pairs.more == 0:
        return NOTHING
    return "> 1000" if pairs.more is None else str(pairs.more)


def two_lines(text: str) -> str:
    """Return words in two lines of about the same length."""
    words = text.split(" ")
    cuts = range(1, len(words))
    if len(text) <= 12 or not cuts:
        return text
    cut = min(cuts, key=lambda n: max(len(" ".join(words[:n])), len(" ".join(words[n:]))))
    return " ".join(words[:cut]) + "\n" + " ".join(words[cut:])
