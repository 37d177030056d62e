"""Tables of the results of a run and of a sweep."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bpframe import ReportedFigure, Run, Sweep
from bpframe_console.sweep_table import fitting, reasons, remarks
from bpframe_console.telling import chosen_quantities, main_quantity

RATE = "learning_rate"
LINE_FIGURES = 3
# Of a table with three columns.
BORDERS = 10


def print_results(console: Console, run: Run) -> None:
    """Print the figures of a run with how each was selected, and its notes."""
    # Not as the table's title, which is wrapped where the table ends.
    console.print(heading(run), soft_wrap=True, highlight=False, markup=False, style="italic")
    console.print(figures_table(run.figures, console.width))
    if trained := run.trained_epochs:
        seconds = sum(epoch.seconds for epoch in run.epochs)
        epochs = "epoch" if trained == 1 else "epochs"
        console.print(f"trained {trained} {epochs} in {seconds:.2f} s", highlight=False)
    for line in stopped_text(run):
        console.print(line, soft_wrap=True, highlight=False, markup=False)
    print_warnings(console, run)
    for note in [*filter(None, [run.remark]), *run.notes, f"files: {run.folder}"]:
        # Lines are left whole, so that a path in them can be copied.
        console.print(note, soft_wrap=isinstance(note, str), highlight=False, markup=False)


def figures_table(figures: Mapping[str, ReportedFigure], width: int) -> Table:
    """Return the figures and how each was selected; if it is narrow, that stands below the name."""
    values = {name: f"{figure.value:.5g}" for name, figure in figures.items()}
    used = max(map(len, values), default=0) + max(map(len, values.values()), default=0)
    words = [word for figure in figures.values() for word in figure.selected.split()]
    is_wide = used + max(map(len, words), default=0) + BORDERS <= width
    table = Table()
    table.add_column("figure", overflow="fold", no_wrap=is_wide)
    table.add_column("value", justify="right", no_wrap=True)
    if is_wide:
        table.add_column("selected")
    for name, figure in figures.items():
        if is_wide:
            table.add_row(Text(name), values[name], Text(figure.selected))
        else:
            table.add_row(Text(f"{name}\n  {figure.selected}"), values[name])
    return table


def print_warnings(console: Console, run: Run) -> None:
    """Print a line for each warning of a run."""
    for warning in run.warnings:
        console.print(
            f"warning: {warning}", soft_wrap=True, highlight=False, markup=False, style="yellow"
        )


def print_line(console: Console, run: Run) -> None:
    """Print the figures of a run of a sweep in one line, and one for each warning."""
    figures = (f"{n} {run.figures[n].value:.4g}" for n in line_figures(run.figures))
    console.print(
        "  ".join([heading(run), *figures, *stopped_text(run)]),
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    print_warnings(console, run)


def stopped_text(run: Run) -> list[str]:
    """Return why the training ended before its last epoch; nothing if it did not."""
    return [f"stopped: {run.stopped}"] if run.stopped else []


def line_figures(names: Collection[str]) -> list[str]:
    """Return the figures that one line has room for, of those that there are."""
    main = main_quantity(names)
    telling = [f"validation/{main}", *(f"test/{q}" for q in (main, *chosen_quantities(names)[:1]))]
    if held := [name for name in telling if name in names]:
        return [name for name in (RATE, *held) if name in names]
    # Those of another task than training are unknown here; it reports the telling ones first.
    return list(names)[:LINE_FIGURES]


def heading(run: Run) -> str:
    """Return a run's name, which ends with the seed, and the sizes of its network."""
    return f"{run.name}  {list(run.network.sizes)}"


def print_sweep(console: Console, sweep: Sweep) -> None:
    """Print a line for each run of a sweep: what differs, and how good it is.

    Where no run has a figure of a training, only those that failed have a line. The reason of
    each failure and the notes follow.
    """
    table, below = fitting(console, sweep.outcomes)
    if table.row_count:
        console.print(table)
    lines = [*below, *reasons(sweep.outcomes), *remarks(sweep.outcomes)]
    for note in [*lines, *sweep.notes, f"files: {sweep.folder}"]:
        # Lines are left whole, so that a path in them can be copied.
        console.print(note, soft_wrap=isinstance(note, str), highlight=False, markup=False)
