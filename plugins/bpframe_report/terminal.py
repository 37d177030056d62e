"""A report on the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bpframe_report.findings import Findings
from bpframe_report.tables import Table, comparisons, summaries, tables_of


def print_report(console: Console, findings: Findings) -> None:
    """Print the tables of a report and what a reader must know."""
    for table in tables_of(findings):
        console.print(drawn(table))
    for note in [*([findings.scale] if findings.scale else []), *findings.notes]:
        console.print(note, soft_wrap=True, highlight=False, markup=False)


def short(findings: Findings) -> list[RenderableType]:
    """Return what stands at the end of a sweep: the comparisons, or else the numbers."""
    several = len(findings.rows) > 1
    tables: list[RenderableType] = []
    for data, rows in findings.rows.items():
        where = f" on {data}" if several else ""
        compared = any(row.comparison for row in rows)
        table = (comparisons if compared else summaries)(findings, rows, where)
        tables.append(drawn(table, f"{findings.metric}: " if compared else ""))
    return tables


def drawn(table: Table, before: str = "") -> RichTable:
    """Return a table for the terminal, with `before` in front of its title."""
    found = RichTable(
        title=Text(before + table.title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for n, heading in enumerate(table.headings):
        found.add_column(
            Text(heading),
            justify="left" if n in table.names else "right",
            no_wrap=n > 0,
            overflow="fold",
        )
    for row in table.rows:
        found.add_row(*map(Text, row))
    return found
