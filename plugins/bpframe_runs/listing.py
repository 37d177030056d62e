"""Rows of runs: those that are wanted, in the order that is wanted, as a table or as CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from bpframe import RecordedRun, columns_of_runs, csv_of, make_console, quantity_of
from bpframe.errors import ConfigError, did_you_mean
from bpframe_runs.condition import Condition

FIRST = ("id", "ended", "name")
WHOLE = ("id", "ended")
USUAL = ("validation/accuracy", "test/accuracy", "validation/cost", "test/cost")
SHOWN_FIGURES = 2
FINISHED = "finished"


class Listing:
    """Rows of runs, the newest first.

    Parameters
    ----------
    runs : iterable of RecordedRun
        In any order.
    higher_is_better : collection of str
        The metrics, without their split, of which the highest is the best.
    """

    def __init__(self, runs: Iterable[RecordedRun], higher_is_better: Collection[str]) -> None:
        newest_first = sorted(runs, key=lambda run: run.ended, reverse=True)
        self.rows = [run.row for run in newest_first]
        self.figures = list(dict.fromkeys(n for r in newest_first for n in r.outcome.figures))
        self.columns = columns_of_runs(newest_first)
        self._higher_is_better = higher_is_better
        self._all = len(self.rows)
        self._order = "the newest first"

    def keep(self, conditions: Iterable[Condition]) -> None:
        """Keep the rows of which all conditions are true.

        Raises
        ------
        ConfigError
            If no run has what one is about, or it is none.
        """
        for condition in conditions:
            self._check(condition.key)
            self.rows = [row for row in self.rows if condition.holds(row)]

    def sort(self, key: str | None, reverse: bool) -> None:
        """Put the best figure, or the least value, first; what lacks it comes last.

        Raises
        ------
        ConfigError
            If no run has it.
        """
        if key is None:
            if reverse:
                self.rows.reverse()
                self._order = "the oldest first"
            return
        self._check(key)
        falls = self._wants_more(key) != reverse
        there = [row for row in self.rows if _has(row.get(key))]
        absent = [row for row in self.rows if not _has(row.get(key))]
        self.rows = sorted(there, key=lambda row: _rank(row[key]), reverse=falls) + absent
        self._order = f"by {key}, the {'highest' if falls else 'lowest'} first"

    def show(self, columns: Sequence[str] | None, limit: int | None) -> None:
        """Print a table, and how many runs there are."""
        console = make_console()
        rows = self.rows[:limit]
        if rows:
            names = self._checked(columns) if columns else self._telling(rows)
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
            for name in names:
                right = all(_is_number(row.get(name)) for row in rows)
                # An id is to be copied, and no number is to be broken; a name may take two lines.
                table.add_column(
                    Text(name.replace("/", "/\n") if name in self.figures else name),
                    justify="right" if right else "left",
                    no_wrap=right or name in WHOLE,
                    overflow="fold",
                )
            for row in rows:
                table.add_row(*(Text(_shown(row.get(name))) for name in names))
            console.print(table)
        console.print(self._count(len(rows)), markup=False, highlight=False, soft_wrap=True)

    def csv(self, columns: Sequence[str] | None, limit: int | None) -> bytes:
        """Return the rows as CSV; lists stand in it as JSON, and what a run lacks is empty."""
        names = self._checked(columns) if columns else self.columns
        return csv_of([names, *([_cell(r.get(n)) for n in names] for r in self.rows[:limit])])

    def _telling(self, rows: Sequence[dict[str, Any]]) -> list[str]:
        """Return the columns that fit a terminal of 80 columns."""
        status = ["status"] if any(row["status"] != FINISHED for row in rows) else []
        there = {name for row in rows for name in row}
        return [*FIRST, *status, *[n for n in USUAL if n in there][:SHOWN_FIGURES]]

    def _count(self, shown: int) -> str:
        matching = len(self.rows)
        runs = f"{matching} run{'' if matching == 1 else 's'}"
        if matching != self._all:
            runs = f"{matching} of {self._all} runs"
        if shown < matching:
            return f"{shown} shown of {runs}, {self._order}; --limit {matching} shows all"
        return f"{runs}, {self._order}" if matching else runs

    def _checked(self, names: Iterable[str]) -> list[str]:
        names = [name.strip() for name in names]
        for name in names:
            self._check(name)
        return names

    def _check(self, key: str) -> None:
        # Where there are no runs nothing is known, and nothing is wrong.
        if self._all and key not in self.columns:
            raise ConfigError(
                f"no run has '{key}'; `--columns` and conditions take what the runs have, such as "
                f"{', '.join([*self.columns[:3], *self.figures[:2]])}."
                + did_you_mean(key, self.columns)
            )

    def _wants_more(self, key: str) -> bool:
        """Return whether the highest value is the best; also of ``test/accuracy_peak``."""
        return "/" in key and quantity_of(key) in self._higher_is_better


def _has(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _rank(value: Any) -> tuple[bool, Any]:
    """Return what orders a value: numbers before texts, for an option may be either."""
    return (False, value) if _is_number(value) else (True, _cell(value))


def _shown(value: Any) -> str:
    """Return a value in a table: figures in few digits, times to the minute."""
    if isinstance(value, float):
        return f"{value:.5g}"
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict | bool):
        return json.dumps(value)
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else str(value)
