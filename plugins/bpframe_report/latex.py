"""The tables of a report as LaTeX, which needs no package."""

from __future__ import annotations

from bpframe_report.findings import Findings
from bpframe_report.tables import Table, tables_of

SIGNS = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": "$<$",
        ">": "$>$",
        "|": "$|$",
        "±": r"$\pm$",
        "×": r"$\times$",
        "…": r"\ldots{}",
        "²": "$^2$",
        '"': "''",
    }
)


def latex(findings: Findings) -> str:
    """Return a tabular for each table, with its title and what makes it in comments."""
    command = " ".join(findings.command.split())
    parts = [f"% made by: {command}", *(_tabular(table) for table in tables_of(findings))]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return a text as LaTeX that shows it as it stands.

    A letter that plain LaTeX has no glyph for becomes a question mark.
    """
    found = " ".join(text.split()).translate(SIGNS)
    return "".join(sign if ord(sign) < 0x250 else "?" for sign in found)


def _tabular(table: Table) -> str:
    columns = "".join("l" if n in table.names else "r" for n in range(len(table.headings)))
    head, *rows = (" & ".join(map(_cell, row)) + r" \\" for row in (table.headings, *table.rows))
    title = " ".join(table.title.split())
    lines = [f"% {title}", rf"\begin{{tabular}}{{{columns}}}", r"\hline", head, r"\hline"]
    return "\n".join([*lines, *rows, r"\hline", r"\end{tabular}"])


def _cell(text: str) -> str:
    # Behind \\ a bracket would be an argument.
    found = escaped(text)
    return f"{{{found}}}" if found.startswith("[") else found
