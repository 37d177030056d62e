"""Learning curves: the mean over the seeds of each choice, with the spread around it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bpframe import SPLITS, quantity_of
from bpframe_report.findings import ACCURACY, SHARES, Findings, Row
from bpframe_report.observed import Observed
from bpframe_report.style import label, look, write_above

PANEL_WIDTH, PANEL_HEIGHT, COLUMNS = 4.6, 3.3, 2
# From this ratio of the largest mean to the smallest on, only a logarithm shows both.
LOGARITHMIC = 10
FEW_EPOCHS = 12
Curves = npt.NDArray[np.float64]


def curves(findings: Findings) -> Figure | None:
    """Draw the picture: a panel for each data set, a line for each choice.

    It is the report's metric on the test set if that was looked at each epoch, else on validation
    samples, else in training. There is none if no run kept its epochs.
    """
    runs = [one for rows in findings.rows.values() for row in rows for one in row.runs.values()]
    metric = _shown(runs, findings.metric)
    if metric is None:
        return None
    panels = len(findings.rows)
    columns = min(panels, COLUMNS)
    lines = -(-panels // columns)
    entries = -(-len(findings.chosen.choices) // 2)
    width = 7.2 if columns == 1 else PANEL_WIDTH * columns
    size = width, lines * PANEL_HEIGHT + 0.8 + 0.22 * entries
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    for axes in grid[panels:]:
        axes.remove()
    carried = [
        _draw(axes, findings, rows, metric)
        for axes, rows in zip(grid, findings.rows.values(), strict=False)
    ]
    for axes, data in zip(grid, findings.rows, strict=False):
        if panels > 1:
            axes.set_title(label(data), fontsize="medium")
    legend = {
        text: line
        for axes in grid[:panels]
        for line, text in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(legend.values(), legend, loc="outside lower center", ncols=2, frameon=False)
    lines_above = [f"{metric} after each epoch: mean over the seeds ± sd"]
    if any(carried):
        lines_above.append("a run that ended earlier keeps its last number")
    write_above(figure, lines_above)
    return figure


def _shown(runs: Sequence[Observed], metric: str) -> str | None:
    held = {name for one in runs if not one.failed for epoch in one.epochs[-1:] for name in epoch}
    quantity = quantity_of(metric)
    wanted = [metric, *(f"{split}/{quantity}" for split in ("test", "validation", *SPLITS))]
    return next((name for name in wanted if name in held), None)


def _draw(axes: Axes, findings: Findings, rows: Sequence[Row], metric: str) -> bool:
    """Draw the lines of a data set, and return whether some run keeps its last number."""
    places = {choice: n for n, choice in enumerate(findings.chosen.choices)}
    means: list[Curves] = []
    carried = False
    for row in rows:
        found = [_curve(one, metric) for one in row.runs.values() if not one.failed]
        lines = [line for line in found if line.size]
        failed = f" ({row.failed} failed)" if row.failed else ""
        if not lines:
            axes.plot([], [], label=label(row.choice) + failed, **look(places[row.choice]))
            continue
        longest = max(map(len, lines))
        carried |= any(len(line) < longest for line in lines)
        values = np.array([np.pad(line, (0, longest - len(line)), mode="edge") for line in lines])
        epochs, mean = np.arange(1, longest + 1), values.mean(axis=0)
        style = look(places[row.choice])
        marker = "o" if longest <= FEW_EPOCHS else ""
        axes.plot(
            epochs, mean, label=label(row.choice) + failed, marker=marker, markersize=3, **style
        )
        if len(lines) > 1:
            sd = values.std(axis=0, ddof=1)
            low, high = mean - sd, mean + sd
            if quantity_of(metric) == ACCURACY:
                low, high = (np.clip(edge, *SHARES) for edge in (low, high))
            axes.fill_between(epochs, low, high, color=style["color"], alpha=0.15, linewidth=0)
        means.append(mean)
    together = np.concatenate(means) if means else np.ones(1)
    least, most = together.min(), together.max()
    if not findings.higher and least > 0 and most >= LOGARITHMIC * least:
        axes.set_yscale("log")
        axes.set_ylim(least / 1.5, most * 1.5)
    axes.set(xlabel="epoch", ylabel=label(metric))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(alpha=0.3)
    return carried


def _curve(one: Observed, metric: str) -> Curves:
    """Return the metric after each epoch, from the first one; up to where it is not finite."""
    values = [epoch.get(metric, math.nan) for epoch in one.epochs if epoch.get("epoch")]
    end = next((n for n, value in enumerate(values) if not math.isfinite(value)), len(values))
    return np.array(values[:end])
