"""The table of a sweep: what varies, how good each run is, and why one failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bpframe import SPLITS, Outcome
from bpframe_console.telling import USUAL, chosen_quantities, main_quantity

RATE = "learning_rate"
FIGURES = (RATE, *(f"{split}/{q}" for split in SPLITS for q in USUAL))
WIDEST = 10_000


@dataclass(frozen=True)
class Column:
    """A heading and the cells below it."""

    heading: str
    cells: tuple[str, ...]
    is_figure: bool = False

    @property
    def varies(self) -> bool:
        """Whether there are different cells."""
        return len(set(self.cells)) > 1

    def shortened(self, others: Iterable[Column]) -> Column:
        """Return it with a heading of two lines, or for an option without its section.

        If two options have that name, it stays as it is.
        """
        if self.is_figure:
            return replace(self, heading=self.heading.replace("/", "\n"))
        short = _short(self.heading)
        alike = [c for c in others if not c.is_figure and _short(c.heading) == short]
        return replace(self, heading=short) if len(alike) == 1 else self


def lines_of(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the runs that have a line: all of them, or in a sweep without training the failed."""
    names = {name for outcome in outcomes for name in outcome.figures}
    return [o for o in outcomes if o.exit_code or names.intersection(FIGURES)]


def columns_of(outcomes: Sequence[Outcome], shown: Sequence[Outcome]) -> list[Column]:
    """Return the columns of the runs that are shown, between the numbers and the status.

    An option has a column if it has several values in the whole sweep.
    """
    choices = {o.job: o.asked_for for o in outcomes}
    keys = dict.fromkeys(key for choice in choices.values() for key in choice)
    varying = [k for k in keys if len({choice.get(k) for choice in choices.values()}) > 1]
    options = [Column(k, tuple(choices[o.job].get(k, "") for o in shown)) for k in varying]
    names = _figure_names(shown)
    quantities = (*USUAL, *chosen_quantities(names))
    figures = [
        Column(name, tuple(_figure(o, name) for o in shown), is_figure=True)
        for name in (RATE, *(f"{split}/{q}" for split in SPLITS for q in quantities))
        if name in names
    ]
    return options + figures


def fitting(console: Console, outcomes: Sequence[Outcome]) -> tuple[Table, list[str]]:
    """Return the widest table that the console has room for, and lines of what it leaves out.

    Every cell stays in one line, so that no number is broken. Options with long values stand
    below. Then figures leave that do not vary, headings are shortened, and figures leave by their
    importance; at the end the other options stand below, too.
    """
    shown = lines_of(outcomes)
    columns = columns_of(outcomes, shown)
    table = Table()
    for chosen in _narrower(columns, console.width // 3, _leaving(_figure_names(shown))):
        table = _table(outcomes, shown, chosen)
        everything = console.options.update(max_width=WIDEST)
        if Measurement.get(console, everything, table).maximum <= console.width:
            break
    kept = {cells for column in chosen for cells in [column.cells] if not column.is_figure}
    below = [c for c in columns if not c.is_figure and c.cells not in kept]
    return table, [
        f"run {outcome.job}: " + "  ".join(f"{c.heading}={c.cells[n]}" for c in below)
        for n, outcome in enumerate(shown)
        if below
    ]


def reasons(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each reason of a failure, with the runs that have it."""
    runs: dict[str, list[int]] = {}
    for outcome in outcomes:
        if outcome.exit_code:
            runs.setdefault(f"{outcome.status}: {outcome.error}", []).append(outcome.job)
    here = {outcome.job for outcome in outcomes}
    if lost := [job for job in range(max(here)) if job not in here]:
        runs["lost: its process has died"] = lost
    for reason, jobs in runs.items():
        yield f"run {', '.join(map(str, jobs))} {reason}"


def remarks(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a line for each remark, with the number of runs that have it."""
    counts = Counter(outcome.remark for outcome in outcomes if outcome.remark)
    for remark, count in counts.items():
        yield f"in {count} of {len(outcomes)} runs {remark}"


def _figure_names(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(name for outcome in outcomes for name in outcome.figures))


def _leaving(names: Sequence[str]) -> list[str]:
    """Return the figures that leave where there is no room for all, in their order.

    At the end there are those of the test set: the accuracy, or for values the cost, and the first
    metric that was chosen.
    """
    main, chosen = main_quantity(names), chosen_quantities(names)
    (other,) = (q for q in USUAL if q != main)
    return [
        *(f"train/{q}" for q in (*USUAL, *chosen)),
        f"validation/{other}",
        RATE,
        f"test/{other}",
        *(f"validation/{q}" for q in (*reversed(chosen), main)),
        *(f"test/{q}" for q in reversed(chosen[1:])),
    ]


def _narrower(columns: list[Column], widest: int, leaving: Iterable[str]) -> Iterator[list[Column]]:
    """Yield choices of columns, each narrower than the one before."""
    chosen = [c for c in columns if c.is_figure or max(map(len, c.cells), default=0) <= widest]
    yield chosen
    chosen = [c for c in chosen if c.varies or not c.is_figure]
    yield chosen
    chosen = [c.shortened(chosen) for c in chosen]
    yield chosen
    for name in leaving:
        chosen = [c for c in chosen if not (c.is_figure and c.heading == name.replace("/", "\n"))]
        yield chosen
    yield [c for c in chosen if c.is_figure]


def _table(outcomes: Sequence[Outcome], shown: Sequence[Outcome], columns: list[Column]) -> Table:
    table = Table(title=f"{len(outcomes)} runs", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("run", no_wrap=True)
    for column in columns:
        justify = "right" if column.is_figure else "left"
        table.add_column(Text(column.heading), justify=justify, no_wrap=True)  # type: ignore[arg-type]
    has_status = any(outcome.status != "finished" for outcome in outcomes)
    if has_status:
        table.add_column("status", no_wrap=True)
    for number, outcome in enumerate(shown):
        cells = [Text(column.cells[number]) for column in columns]
        table.add_row(str(outcome.job), *cells, *([outcome.status] if has_status else []))
    return table


def _short(option: str) -> str:
    return option.rpartition("@")[2].rpartition(".")[2]


def _figure(outcome: Outcome, name: str) -> str:
    return f"{outcome.figures[name]['value']:.4g}" if name in outcome.figures else ""
