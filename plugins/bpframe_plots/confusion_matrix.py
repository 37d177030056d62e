"""The confusion matrix: what the network took the samples of each class for."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bpframe import Run
from bpframe.pictures import BLUE, heading
from bpframe_plots.cells import draw_cells, write_numbers
from bpframe_plots.counts import Counts, count
from bpframe_plots.shown import Shown

# Inches.
CELL = 0.55
SMALLEST, LARGEST = 2.4, 7.5
LEFT, GAP, RECALL, RIGHT = 0.75, 0.12, 0.6, 0.75
BOTTOM, TOP, BAR, BAR_AT, BETWEEN_BARS = 1.35, 0.4, 0.12, 0.42, 0.5
# Above this many classes neither numbers in the cells nor a name for each could be read.
MOST_NAMED = 30
RULE = "#e4e4e4"


def confusion_matrix(run: Run, samples: Shown) -> Figure:
    """Draw the picture: hits on one scale of colours, errors on another, and the recall."""
    counts = count(samples.y, samples.given, samples.n_outputs)
    side = min(max(SMALLEST, CELL * counts.classes), LARGEST)
    width = LEFT + side + GAP + RECALL + RIGHT
    figure = Figure(figsize=(width, width))
    result = f"{samples.name}: {counts.accuracy:.2%} of {len(samples.y):,} right"
    height = BOTTOM + side + TOP + heading(figure, run, result)
    figure.set_size_inches(width, height)

    def axes_at(left: float, bottom: float, across: float, up: float) -> Axes:
        return figure.add_axes((left / width, bottom / height, across / width, up / height))

    matrix = axes_at(LEFT, BOTTOM, side, side)
    scales = draw_cells(matrix, counts)
    named = counts.classes <= MOST_NAMED
    if named:
        write_numbers(matrix, counts, scales, side / counts.classes)
    _draw_axes(matrix, counts, named)
    _draw_recall(axes_at(LEFT + side + GAP, BOTTOM, RECALL, side), matrix, counts, named)
    length = (side + GAP + RECALL - BETWEEN_BARS) / 2
    for place, (label, image) in enumerate(scales.items()):
        bar = axes_at(LEFT + place * (length + BETWEEN_BARS), BAR_AT, length, BAR)
        percent, few = PercentFormatter(1), MaxNLocator(3, steps=[1, 2, 5, 10])
        figure.colorbar(image, bar, orientation="horizontal", format=percent, ticks=few)
        bar.set_title(f"{label}: share of the true class", fontsize="small")
        bar.tick_params(labelsize="small")
    return figure


def _draw_axes(matrix: Axes, counts: Counts, named: bool) -> None:
    """Name each class, and rule the empty cells, or write some numbers if there are many."""
    matrix.set(xlabel="predicted", ylabel="true")
    for axis in (matrix.xaxis, matrix.yaxis):
        if named:
            axis.set_ticks(range(counts.classes))
            axis.set_ticks(np.arange(0.5, counts.classes - 1), minor=True)
            axis.grid(which="minor", color=RULE, linewidth=0.6)
            axis.set_tick_params(which="minor", length=0)
        else:
            axis.set_major_locator(MaxNLocator(10, integer=True))


def _draw_recall(axes: Axes, matrix: Axes, counts: Counts, named: bool) -> None:
    """Draw a bar for each class, with the share written behind it if `named`."""
    if named:
        axes.barh(range(counts.classes), counts.recall, height=0.8, color=BLUE)
    else:
        edges = np.arange(-0.5, counts.classes)
        axes.stairs(counts.recall, edges, orientation="horizontal", fill=True, color=BLUE)
    axes.set(title="recall", xlim=(0, 1), ylim=matrix.get_ylim(), xticks=(0, 1))
    axes.title.set_fontsize("medium")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.tick_params(left=False, labelleft=False, labelsize="small")
    for number in range(counts.classes) if named else ():
        known = counts.samples[number] > 0
        text = f"{counts.recall[number]:.1%}" if known else "no samples"
        axes.annotate(text, (1.06, number), va="center", fontsize="small", annotation_clip=False)
