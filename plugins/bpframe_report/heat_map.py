"""The mean of each choice in a table of colours, where choices differ in two options."""

from __future__ import annotations

import math

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from bpframe_report.findings import Findings, Row
from bpframe_report.style import label, title
from bpframe_report.tables import Numbers

# The same to all eyes, and in print: Nuñez, Anderton and Renslow 2018.
COLOURS = "cividis"
CELL_WIDTH, CELL_HEIGHT, LEAST_WIDTH = 1.0, 0.5, 5.6
BRIGHT = 0.55
NO_MEAN = (0.9, 0.9, 0.9, 1.0)


def heat_map(findings: Findings) -> Figure | None:
    """Draw the picture; there is none unless there are two options with several values each."""
    values = [findings.chosen.values[choice] for choice in findings.chosen.choices]
    if len(findings.chosen.by) != 2:
        return None
    down, across = ([*dict.fromkeys(value[n] for value in values)] for n in (0, 1))
    if min(len(down), len(across)) < 2:
        return None
    panels = len(findings.rows)
    width = max(LEAST_WIDTH, CELL_WIDTH * len(across) + 2.8)
    height = panels * (CELL_HEIGHT * len(down) + 0.9) + 0.7
    figure = Figure(figsize=(width, height), layout="constrained")
    grid = figure.subplots(panels, 1, squeeze=False).ravel()
    for axes, (data, rows) in zip(grid, findings.rows.items(), strict=True):
        _draw(axes, findings, rows, down, across)
        if panels > 1:
            axes.set_title(label(data), fontsize="medium", loc="left")
    title(figure, findings, ["mean over the seeds"])
    return figure


def _draw(
    axes: Axes, findings: Findings, rows: list[Row], down: list[str], across: list[str]
) -> None:
    means = [[math.nan] * len(across) for _ in down]
    failed = {}
    for row in rows:
        one, other = findings.chosen.values[row.choice]
        means[down.index(one)][across.index(other)] = row.summary.mean
        failed[down.index(one), across.index(other)] = row.failed
    finite = [mean for line in means for mean in line if math.isfinite(mean)]
    scale = Normalize(min(finite, default=0), max(finite, default=1))
    axes.set_facecolor(NO_MEAN)
    image = axes.imshow(means, cmap=COLOURS, norm=scale, aspect="auto")
    colours, number = colormaps[COLOURS], Numbers.of(row.summary for row in rows)
    for i, line in enumerate(means):
        for j, mean in enumerate(line):
            lost = failed.get((i, j), 0)
            text = number.text(mean) + (f"\n{lost} failed" if lost else "")
            red, green, blue, _ = colours(scale(mean)) if math.isfinite(mean) else NO_MEAN
            light = 0.299 * red + 0.587 * green + 0.114 * blue
            colour = "black" if light > BRIGHT else "white"
            axes.text(j, i, text, ha="center", va="center", color=colour, fontsize="small")
    axes.set_xticks(range(len(across)), map(label, across))
    axes.set_yticks(range(len(down)), map(label, down))
    axes.set(xlabel=label(findings.chosen.by[1]), ylabel=label(findings.chosen.by[0]))
    axes.figure.colorbar(image, ax=axes)
