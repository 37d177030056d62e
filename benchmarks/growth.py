"""How an epoch grows with samples, width, depth and mini-batch; how memory grows with the data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rounds import Timing, race
from work import Work

RULES = ["full_matrix", "per_sample", "fused"]
BASE = Work((784, 30, 10))
SERIES: dict[str, dict[int, Work]] = {
    "samples": {n: replace(BASE, samples=n) for n in (1000, 5000, 20_000, 50_000)},
    "hidden neurons": {n: replace(BASE, sizes=(784, n, 10)) for n in (10, 30, 100, 500, 2000)},
    "hidden layers of 30": {n: replace(BASE, sizes=(784, *[30] * n, 10)) for n in (1, 2, 4, 8)},
    "mini-batch": {n: replace(BASE, batch_size=n) for n in (1, 3, 10, 30, 100, 1000)},
}


def report(folder: str | None, rounds: int, picture: Path) -> list[str]:
    """Return the tables as lines of Markdown, and draw them into a file."""
    seen: dict[str, dict[int, dict[str, Timing | str]]] = {}
    for name, works in SERIES.items():
        seen[name] = {}
        for n, work in works.items():
            print(f"{n} {name} ", end="", file=sys.stderr, flush=True)
            seen[name][n] = race(RULES, work, folder, rounds, one_thread=True)
            print(file=sys.stderr)
    draw(seen, picture)
    lines = ["## Growth", "", f"![{picture.stem}]({picture.name})", ""]
    lines += [f"Seconds of an epoch of {BASE}, on one core, where one number is another.", ""]
    for name, rows in seen.items():
        lines += table(name, rows, lambda timing: f"{timing.median:.3f}")
    lines += ["The most memory beyond the imports and the data, MB:", ""]
    return lines + table("samples", seen["samples"], lambda timing: f"{timing.megabytes:.0f}")


def table(
    name: str, rows: dict[int, dict[str, Timing | str]], show: Callable[[Timing], str]
) -> list[str]:
    """Return a table with a row for each number and a column for each rule."""
    lines = [f"| {name} | {' | '.join(RULES)} |", "|---|" + "---|" * len(RULES)]
    for n, results in rows.items():
        cells = [show(t) if isinstance(t, Timing) else "-" for t in results.values()]
        lines.append(f"| {n:,} | {' | '.join(cells)} |")
    return [*lines, ""]


def draw(seen: dict[str, dict[int, dict[str, Timing | str]]], picture: Path) -> None:
    """Draw a panel for each series, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained")
    for axes, (name, rows) in zip(figure.subplots(2, 2).flat, seen.items(), strict=True):
        for rule in RULES:
            points = [(n, r[rule].median) for n, r in rows.items() if isinstance(r[rule], Timing)]
            axes.loglog(*zip(*points, strict=True), "o-", label=rule)
        axes.set(xlabel=name, ylabel="seconds an epoch")
        axes.set_xticks(list(rows), [f"{n:,}" for n in rows])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.axes[0].legend()
    figure.savefig(picture, dpi=100)
