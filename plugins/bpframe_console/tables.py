"""Tables of the results of a run and of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bpframe import Outcome, Run

SWEEP_FIGURES = ("learning_rate", "validation/accuracy", "test/accuracy")
LINE_FIGURES = 3
WIDTH_OF_FILES = 120


class QuietConsole(Console):
    """A console that falls silent when its reader has left, where rich would end the run."""

    def on_broken_pipe(self) -> None:
        """Print nothing from now on."""
        self.quiet = True


def make_console() -> Console:
    """Return a console of the terminal's width, or of a fixed one where there is none."""
    console = QuietConsole()
    return console if console.is_terminal else QuietConsole(width=WIDTH_OF_FILES)


def print_results(console: Console, run: Run) -> None:
    """Print the figures of a run with how each was selected, and its notes."""
    # Not as the table's title, which is wrapped where the table ends.
    console.print(heading(run), soft_wrap=True, highlight=False, markup=False, style="italic")
    table = Table()
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("selected")
    for name, figure in run.figures.items():
        table.add_row(Text(name), f"{figure.value:.5g}", Text(figure.selected))
    console.print(table)
    if trained := run.trained_epochs:
        seconds = sum(epoch.seconds for epoch in run.epochs)
        epochs = "epoch" if trained == 1 else "epochs"
        console.print(f"trained {trained} {epochs} in {seconds:.2f} s", highlight=False)
    print_warnings(console, run)
    for note in [*run.notes, f"files: {run.folder}"]:
        # Lines are left whole, so that a path in them can be copied.
        console.print(note, soft_wrap=isinstance(note, str), highlight=False, markup=False)


def print_warnings(console: Console, run: Run) -> None:
    """Print a line for each warning of a run."""
    for warning in run.warnings:
        console.print(
            f"warning: {warning}", soft_wrap=True, highlight=False, markup=False, style="yellow"
        )


def print_line(console: Console, run: Run) -> None:
    """Print the figures of a run of a sweep in one line, and one for each warning."""
    # Those of another task than training are unknown here; it reports the telling ones first.
    names = [n for n in SWEEP_FIGURES if n in run.figures] or list(run.figures)[:LINE_FIGURES]
    figures = (f"{n} {run.figures[n].value:.4g}" for n in names)
    console.print(
        "  ".join([heading(run), *figures]), soft_wrap=True, highlight=False, markup=False
    )
    print_warnings(console, run)


def heading(run: Run) -> str:
    """Return a run's name with the sizes of its network and its seed."""
    return f"{run.name}  {list(run.network.sizes)}  seed {run.seed}"


def print_sweep(console: Console, folder: Path, outcomes: list[Outcome], notes: list[Any]) -> None:
    """Print a line for each run of a sweep: what differs, and how good it is.

    Where no run has a figure of a training, only those that failed have a line. The notes follow.
    """
    choices = [dict(override.split("=", 1) for override in o.overrides) for o in outcomes]
    keys = [key for key in choices[0] if len({choice.get(key) for choice in choices}) > 1]
    names = {name for outcome in outcomes for name in outcome.figures}
    shown = [name for name in SWEEP_FIGURES if name in names]
    table = Table(title=f"{len(outcomes)} runs", title_justify="left", box=box.SIMPLE_HEAD)
    for key in ("run", *keys):
        table.add_column(key, overflow="fold")
    for name in shown:
        table.add_column(name, justify="right", overflow="fold")
    all_finished = all(outcome.status == "finished" for outcome in outcomes)
    if not all_finished:
        table.add_column("status")
    for number, (outcome, choice) in enumerate(zip(outcomes, choices, strict=True)):
        if not shown and not outcome.exit_code:
            continue
        cells = [
            f"{outcome.figures[n]['value']:.4g}" if n in outcome.figures else "" for n in shown
        ]
        status = [] if all_finished else [outcome.status]
        differing = (Text(choice.get(key, "")) for key in keys)
        table.add_row(str(number), *differing, *cells, *status)
    if table.row_count:
        console.print(table)
    for note in [*notes, f"files: {folder}"]:
        # Lines are left whole, so that a path in them can be copied.
        console.print(note, soft_wrap=isinstance(note, str), highlight=False, markup=False)
