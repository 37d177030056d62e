"""The outputs of a network for values, against the targets."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from bpframe import Array, Run, r_squared
from bpframe.pictures import BLACK, BLUE, heading
from bpframe_plots.shown import Shown

# By the number of panels.
COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
# Inches; the least width has room for the heading.
SINGLE, PANEL, LEAST_WIDTH, HEADING = 3.9, 2.9, 5.6, 0.7
MOST_POINTS = 5000
# Beyond them the power of ten stands once, at the end of the axis.
POWERS = -3, 4
# Of the range of the numbers, at each end.
MARGIN = 0.05


def predicted_against_true(run: Run, samples: Shown) -> Figure:
    """Draw the picture: a panel for each output, in which perfect ones lie on the diagonal."""
    name, y, a, _, value_names = samples
    n, n_outputs = y.shape
    panels = min(n_outputs, max(COLUMNS))
    columns = COLUMNS[panels]
    rows = -(-panels // columns)
    side = SINGLE if panels == 1 else PANEL
    size = (max(LEAST_WIDTH, columns * side), rows * side + HEADING)
    figure = Figure(figsize=size, layout="constrained")
    drawn = np.unique(np.linspace(0, n - 1, MOST_POINTS).astype(int))
    with np.errstate(over="ignore", invalid="ignore"):
        r2 = r_squared(a, y)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for j, axes in enumerate(grid):
        if j >= panels:
            axes.remove()
            continue
        _draw(axes, a[drawn, j], y[drawn, j], value_names[j] if value_names else "")
        if n_outputs > 1:
            title = value_names[j] if value_names else f"output {j + 1}"
            axes.set_title(f"{title}: R² {r2[j]:.4g}", fontsize="medium", parse_math=False)
    mean = "mean R²" if n_outputs > 1 else "R²"
    details = [f"{name}, {n:,} samples: {mean} {r2.mean():.4g}"]
    details += [f"{len(drawn):,} of them drawn"] if len(drawn) < n else []
    details += [f"{panels} of {n_outputs} outputs"] if panels < n_outputs else []
    heading(figure, run, *details)
    return figure


def _draw(axes: Axes, a: Array, y: Array, what: str) -> None:
    """Draw a point for each sample, on axes of one scale, and the diagonal."""
    low, high = min(a.min(), y.min()), max(a.max(), y.max())
    room = MARGIN * (high - low) or 1.0
    ends = low - room, high + room
    axes.plot(ends, ends, color=BLACK, linewidth=0.8, zorder=1)
    axes.plot(y, a, ".", color=BLUE, alpha=0.5, markersize=5, markeredgewidth=0, zorder=2)
    axes.set(xlim=ends, ylim=ends)
    axes.set_xlabel(f"true {what}".rstrip(), parse_math=False)
    axes.set_ylabel(f"predicted {what}".rstrip(), parse_math=False)
    axes.set_aspect("equal", adjustable="box")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(4))
        numbers = ScalarFormatter()
        numbers.set_powerlimits(POWERS)
        axis.set_major_formatter(numbers)
    axes.grid(alpha=0.3)
