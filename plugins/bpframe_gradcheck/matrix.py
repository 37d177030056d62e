"""The runs of ``task=gradcheck`` as one matrix: a row an activation and a cost, a column a rule."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from bpframe import Outcome, csv_of

if TYPE_CHECKING:
    from rich.table import Table

FIGURES = ("error", "allowed_error", "angle", "cost_in_forward_passes")
LEGEND = (
    "✓ -9: agrees with the definition, the error is at most 1e-9 of a layer's largest derivative. "
    "✗: disagrees. ?: not resolved, a wrong one would pass too. 24°: angle to the gradient of a "
    "rule that does not promise it. –: does not fit."
)


class Matrix:
    """What the runs of a sweep have found, and the tables of it.

    Parameters
    ----------
    outcomes : list of Outcome
        The runs of ``task=gradcheck``, in order.

    Attributes
    ----------
    heads : list of str
        What names a row: activation, cost, and every other option that differs.
    rules : list of str
        The columns.
    rows : dict
        The names of a row → rule → what its cell says.
    """

    def __init__(self, outcomes: list[Outcome]) -> None:
        self._outcomes = outcomes
        options = [outcome.asked_for for outcome in outcomes]
        shown = {"activation", "activation@output_activation", "cost", "backprop"}
        keys = dict.fromkeys(key for chosen in options for key in chosen if key not in shown)
        others = [key for key in keys if len({chosen.get(key) for chosen in options}) > 1]
        self.heads = ["activation", "cost", *others]
        self.rules = list(dict.fromkeys(outcome.parts["backprop"] for outcome in outcomes))
        self._names = [
            (outcome.activation, outcome.parts["cost"], *(chosen.get(k, "") for k in others))
            for outcome, chosen in zip(outcomes, options, strict=True)
        ]
        self.rows: dict[tuple[str, ...], dict[str, str]] = {}
        for names, outcome in zip(self._names, outcomes, strict=True):
            self.rows.setdefault(names, {})[outcome.parts["backprop"]] = cell(outcome)

    def lines(self) -> list[list[str]]:
        """Return the cells of each row, behind its names."""
        return [
            [*names, *(cells.get(rule, "") for rule in self.rules)]
            for names, cells in self.rows.items()
        ]

    def summary(self) -> str:
        """Return how many runs have which result."""
        counts = Counter(map(result, self._outcomes))
        return ", ".join(f"{what}: {number}" for what, number in counts.most_common())

    def for_terminal(self) -> Table:
        """Return the matrix for rich to print."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
        for head in self.heads:
            table.add_column(Text(head), overflow="fold")
        for rule in self.rules:
            # One word below another, so that the columns are narrow.
            table.add_column(rule.replace("_", "\n"), overflow="fold")
        for line in self.lines():
            table.add_row(*map(Text, line))
        return table

    def to_markdown(self) -> bytes:
        """Return a Markdown page: the matrix, what it means, and what cells do not tell."""
        head = [*self.heads, *self.rules]
        reasons: dict[str, list[str]] = {}
        for names, outcome in zip(self._names, self._outcomes, strict=True):
            if reason := outcome.error or outcome.remark:
                run = " ".join((*names, outcome.parts["backprop"]))
                reasons.setdefault(reason, []).append(run)
        lines = [
            "# Gradients against their definition",
            f"{self.summary()}. {LEGEND}",
            "\n".join(map(markdown_row, [head, ["---"] * len(head), *self.lines()])),
            *(f"- {', '.join(runs)}: {reason}" for reason, runs in reasons.items()),
        ]
        return ("\n\n".join(lines) + "\n").encode()

    def to_csv(self) -> bytes:
        """Return a line for each run."""
        rows: list[list[object]] = [["run", *self.heads, "backprop", "result", *FIGURES, "message"]]
        for names, outcome in zip(self._names, self._outcomes, strict=True):
            figures = [figure(outcome, name) for name in FIGURES]
            rule = outcome.parts["backprop"]
            rows.append([outcome.job, *names, rule, result(outcome), *figures, outcome.error])
        return csv_of(rows)


def markdown_row(cells: list[str]) -> str:
    """Return a row of a Markdown table."""
    return " | ".join(["", *(text.replace("|", r"\|") for text in cells), ""]).strip()


def figure(outcome: Outcome, name: str) -> float | None:
    """Return a figure of a run, None if it has none."""
    found = outcome.figures.get(f"gradcheck/{name}")
    return float(found["value"]) if found else None


def result(outcome: Outcome) -> str:
    """Return what a run has found, or what became of it if it has found nothing."""
    agrees = figure(outcome, "agrees")
    if agrees is not None:
        return "agrees" if agrees else "disagrees"
    # Only a rule that promises the gradient has an error.
    if figure(outcome, "error") is not None:
        return "not resolved"
    return "not exact" if outcome.status == "finished" else outcome.status


def cell(outcome: Outcome) -> str:
    """Return the same in a few signs."""
    match result(outcome):
        case "agrees":
            return f"✓ {exponent(figure(outcome, 'error'))}"
        case "disagrees":
            return f"✗ {exponent(figure(outcome, 'error'))}"
        case "not exact":
            return f"{figure(outcome, 'angle'):.0f}°"
        case "not resolved":
            return "?"
        case "does not fit":
            return "–"
        case other:
            return other


def exponent(error: float | None) -> str:
    """Return the power of ten that an error is not greater than; nothing where there is none."""
    if not error or not math.isfinite(error):
        return ""
    return str(math.ceil(math.log10(error)))
