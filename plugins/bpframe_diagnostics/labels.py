"""The number of its layer at the end of each line, apart from the others."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import isotonic_regression

from bpframe import Array

# More than this many would not find room.
MOST_LABELLED = 10
SIZE = 8.0  # Points.
APART = 1.1  # Times the size.
POINTS = 72  # In an inch.


def label_lines(figure: Figure) -> None:
    """Write the numbers into the right margin of each panel; all else must have its place."""
    figure.draw_without_rendering()
    gap = APART * SIZE * figure.dpi / POINTS
    for axes in figure.axes:
        lines = [line for line in axes.lines if str(line.get_label()).startswith("layer ")]
        if not 1 < len(lines) <= MOST_LABELLED:
            continue
        ends = [axes.transData.transform(np.asarray(line.get_xydata())[-1])[1] for line in lines]
        bottom, top = axes.bbox.y0, axes.bbox.y1
        places = apart(np.array(ends), gap, bottom + gap / 2, top - gap / 2)
        for line, place in zip(lines, places, strict=True):
            axes.text(
                0.985,
                (place - bottom) / (top - bottom),
                str(line.get_label()).removeprefix("layer "),
                transform=axes.transAxes,
                color=line.get_color(),
                fontsize=SIZE,
                ha="right",
                va="center_baseline",
            )


def apart(places: Array, gap: float, low: float, high: float) -> Array:
    """Return the places, moved by the least squares so that all are `gap` apart or more.

    Parameters
    ----------
    places : array, shape (n,)
        Where they would be, in any order, which is kept.
    gap, low, high : float
        How far apart they must be, and from where to where there is room.
    """
    order = np.argsort(places, kind="stable")
    offsets = gap * np.arange(len(places))
    found = isotonic_regression(places[order] - offsets).x
    moved = np.empty(len(places))
    moved[order] = np.clip(found, low, max(low, high - offsets[-1])) + offsets
    return moved
