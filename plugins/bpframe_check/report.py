"""Runs the checks with a progress bar, and prints what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from bpframe import Plugins, is_interruption, make_console
from bpframe.errors import message_of
from bpframe.testing import Partners, Result, Status, check_component

if TYPE_CHECKING:
    from bpframe import Broken, Entry

HEADINGS = ("plugin", "kind", "name", "passed", "failed")
NUMBERS = 3  # the first column of numbers
COLOURS = {Status.FAILED: "red", Status.NOT_AVAILABLE: "yellow"}


@dataclass
class Checked:
    """A component, its kind or section, and the results of its checks."""

    kind: str
    entry: Entry
    results: list[Result] = field(default_factory=list)

    def count(self, status: Status) -> int:
        """Return how many checks have a status."""
        return sum(result.status is status for result in self.results)

    @property
    def failed(self) -> bool:
        """Whether a check failed."""
        return not all(result.ok for result in self.results)

    def cells(self) -> tuple[str, ...]:
        """Return what stands below the headings."""
        plugin = self.entry.source.plugin
        counts = (str(self.count(status)) for status in (Status.PASSED, Status.FAILED))
        plugin = Path(plugin).name if plugin.endswith(".py") else plugin
        return (plugin, self.kind, self.entry.name, *counts)

    def remarks(self) -> list[Text]:
        """Return a line for each failure, for what is not available, and for each note."""
        # What is not there is the same for every check.
        absent = {r.message for r in self.results if r.status is Status.NOT_AVAILABLE}
        lines = [
            Text(f"{result.name}: {_first_line(result.message)}", COLOURS[result.status])
            for result in self.results
            if result.status is Status.FAILED
        ]
        lines += [
            Text(f"not available: {_first_line(message)}", COLOURS[Status.NOT_AVAILABLE])
            for message in sorted(absent)
        ]
        lines += [
            Text(result.message)
            for result in self.results
            if result.status is Status.PASSED and result.message
        ]
        return lines


def run_with_progress(entries: Sequence[tuple[str, Entry]], plugins: Plugins) -> list[Checked]:
    """Check each component, built with its defaults, and show how far that is."""
    console = make_console()
    partners = Partners(plugins)
    checked = []
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=len(entries))
        for kind, entry in entries:
            bar.update(task, description=f"{kind}/{entry.name}")
            checked.append(Checked(kind, entry, _results(entry, partners)))
            bar.advance(task)
    return checked


def _results(entry: Entry, partners: Partners) -> list[Result]:
    try:
        component = entry.component()
    except ValueError as error:
        # It wants a value that only its user knows.
        return [Result("defaults", Status.NOT_AVAILABLE, f"its defaults are refused: {error}")]
    # SystemExit too: a component that calls sys.exit(0) must not pass.
    except BaseException as error:
        if is_interruption(error):
            raise
        return [Result("can_be_built", Status.FAILED, message_of(error))]
    try:
        return check_component(component, partners=partners)
    except BaseException as error:
        if is_interruption(error):
            raise
        # What it declares is asked for to choose its checks, and one's own code answers.
        return [Result("can_be_checked", Status.FAILED, message_of(error))]


def print_report(checked: Sequence[Checked], broken: Iterable[Broken]) -> None:
    """Print a row for each component and its remarks below it, the broken plugins, the sums."""
    console = make_console()
    rows = [HEADINGS, *(one.cells() for one in checked)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row, one in zip(rows, [None, *checked] if checked else [], strict=False):
        cells = [
            cell.ljust(width) if column < NUMBERS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        style = "bold" if one is None else COLOURS[Status.FAILED] if one.failed else ""
        console.print(Text("  ".join(cells), style), soft_wrap=True)
        # Below the row, for beside it they would be squeezed on a narrow terminal.
        for remark in one.remarks() if one else ():
            console.print(Padding(remark, (0, 0, 0, 4)))
    for item in broken:
        console.print(f"broken: {item}", markup=False, soft_wrap=True, style="red")
    counts = ", ".join(
        f"{sum(one.count(status) for one in checked)} {status.value}"
        for status in (Status.PASSED, Status.FAILED, Status.NOT_AVAILABLE)
    )
    noun = "component" if len(checked) == 1 else "components"
    console.print(f"{len(checked)} {noun}; checks: {counts}", highlight=False)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
