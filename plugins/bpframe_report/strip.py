"""The numbers of single seeds, with their mean and its interval."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bpframe.pictures import BLACK
from bpframe_report.findings import Findings, Row
from bpframe_report.style import COLOURS, label, title

WIDTH, ROW, REST = 7.2, 0.36, 1.5
# Of the distance between two rows, to both sides.
JITTER = 0.22


def strip(findings: Findings) -> Figure:
    """Draw the picture: a panel for each data set, a row for each choice, a dot for each seed."""
    rows = max(map(len, findings.rows.values()))
    panels = len(findings.rows)
    height = panels * (ROW * max(rows, 2) + 0.75) + REST
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.subplots(panels, 1, squeeze=False).ravel()
    for axes, (data, of) in zip(grid, findings.rows.items(), strict=True):
        _draw(axes, findings, of)
        if panels > 1:
            axes.set_title(label(data), fontsize="medium", loc="left")
    grid[-1].set_xlabel(label(findings.metric))
    legend = dict(zip(*reversed(grid[0].get_legend_handles_labels()), strict=True))
    if legend:
        figure.legend(legend.values(), legend, loc="outside lower center", ncols=3, frameon=False)
    title(figure, findings)
    return figure


def _draw(axes: Axes, findings: Findings, rows: list[Row]) -> None:
    axes.plot([], [], "o", color="gray", markersize=4.5, markeredgewidth=0, label="one seed")
    places = {choice: n for n, choice in enumerate(findings.chosen.choices)}
    for n, row in enumerate(rows):
        finite = {k: v for k, v in sorted(row.values.items()) if math.isfinite(v)}
        # One seed is at one height everywhere, so that a pair can be found.
        heights = [n + JITTER * _height(key[0]) for key in finite]
        colour = COLOURS[places[row.choice] % len(COLOURS)]
        axes.plot(
            list(finite.values()),
            heights,
            "o",
            color=colour,
            markersize=4.5,
            alpha=0.65,
            markeredgewidth=0,
        )
        if not finite:
            continue
        mean, interval = row.summary.mean, row.summary.interval
        axes.plot([mean], [n], "D", color=BLACK, markersize=6, label="mean", zorder=4)
        if interval:
            axes.plot(
                [interval.low, interval.high],
                [n, n],
                color=BLACK,
                linewidth=2,
                solid_capstyle="butt",
                label="95% interval of the mean",
                zorder=3,
            )
    axes.set_yticks(range(len(rows)), [_name(row) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="x", alpha=0.3)
    axes.margins(x=0.04)


def _height(seed: int) -> float:
    """Return a number between -1 and 1 that belongs to a seed: multiples of the golden ratio."""
    return 2 * float(np.modf(abs(seed) * 0.6180339887)[0]) - 1


def _name(row: Row) -> str:
    return label(row.choice) + (f"\n{row.failed} failed" if row.failed else "")
