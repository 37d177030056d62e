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
# Letters of a name: an inch of each, the most, and from how many on they stand on end.
LETTER, LONGEST, UPRIGHT = 0.085, 18, 3


def confusion_matrix(run: Run, samples: Shown) -> Figure:
    """Draw the picture: hits on one scale of colours, errors on another, and the recall."""
    counts = count(samples.y, samples.given, len(samples.class_names))
    side = min(max(SMALLEST, CELL * counts.classes), LARGEST)
    named = counts.classes <= MOST_NAMED
    names = [_shortened(own) for own in samples.class_names] if named else []
    # Beyond the digit that there is room for.
    letters = LETTER * max((len(own) - 2 for own in names), default=0)
    left, bottom = LEFT + max(0.0, letters), BOTTOM + max(0.0, letters)
    width = left + side + GAP + RECALL + RIGHT
    figure = Figure(figsize=(width, width))
    result = f"{samples.name}: {counts.accuracy:.2%} of {len(samples.y):,} right"
    height = bottom + side + TOP + heading(figure, run, result)
    figure.set_size_inches(width, height)

    def axes_at(x: float, y: float, across: float, up: float) -> Axes:
        return figure.add_axes((x / width, y / height, across / width, up / height))

    matrix = axes_at(left, bottom, side, side)
    scales = draw_cells(matrix, counts)
    if named:
        write_numbers(matrix, counts, scales, side / counts.classes)
    _draw_axes(matrix, names)
    _draw_recall(axes_at(left + side + GAP, bottom, RECALL, side), matrix, counts, named)
    length = (side + GAP + RECALL - BETWEEN_BARS) / 2
    for place, (label, image) in enumerate(scales.items()):
        bar = axes_at(left + place * (length + BETWEEN_BARS), BAR_AT, length, BAR)
        percent, few = PercentFormatter(1), MaxNLocator(3, steps=[1, 2, 5, 10])
        figure.colorbar(image, bar, orientation="horizontal", format=percent, ticks=few)
        bar.set_title(f"{label}: share of the true class", fontsize="small")
        bar.tick_params(labelsize="small")
    return figure


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _draw_axes(matrix: Axes, names: list[str]) -> None:
    """Name each class, and rule the empty cells; without names write some of their numbers."""
    matrix.set(xlabel="predicted", ylabel="true")
    for axis in (matrix.xaxis, matrix.yaxis):
        if names:
            axis.set_ticks(range(len(names)), names)
            axis.set_ticks(np.arange(0.5, len(names) - 1), minor=True)
            axis.grid(which="minor", color=RULE, linewidth=0.6)
            axis.set_tick_params(which="minor", length=0)
        else:
            axis.set_major_locator(MaxNLocator(10, integer=True))
    if any(len(name) > UPRIGHT for name in names):
        matrix.xaxis.set_tick_params(labelrotation=90)


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
