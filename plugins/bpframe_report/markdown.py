"""A report as a page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from bpframe_report.findings import Findings
from bpframe_report.tables import Table, tables_of

RULE = (
    "Verdict: A is better if P(A > B) is above 0.75 and its interval above 0.5, worse if P(B > A) "
    "is, and else there is no claim (Bouthillier et al. 2021)."
)
# What would be markup in a cell.
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\|*_`<>[]#$~"})


def markdown(findings: Findings, pictures: Mapping[str, str]) -> str:
    """Return the page.

    Parameters
    ----------
    findings : Findings
        What it says.
    pictures : mapping
        What each picture shows, by the name of its file.
    """
    parts = [f"# {escaped(findings.metric)} by {escaped(findings.by)}"]
    parts += [_table(table) for table in tables_of(findings)]
    notes = [RULE, *([findings.scale] if findings.scale else []), *findings.notes]
    parts.append("\n".join(f"- {escaped(note)}" for note in notes))
    parts += [f"![{escaped(text)}]({name})" for name, text in pictures.items()]
    parts.append(f"Made by\n\n```sh\n{findings.command}\n```")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return a text as Markdown that shows it as it stands, in one line."""
    return " ".join(text.split()).translate(SIGNS)


def _table(table: Table) -> str:
    ends = ["---" if n in table.names else "---:" for n in range(len(table.headings))]
    rows = [[escaped(cell) for cell in row] for row in (table.headings, *table.rows)]
    rows.insert(1, ends)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"## {escaped(table.title)}\n\n{lines}"
