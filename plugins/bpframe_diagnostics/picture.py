"""The picture of the diagnostics: a panel a quantity, a line a layer."""

from __future__ import annotations

from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bpframe import Run
from bpframe.pictures import heading
from bpframe_diagnostics.labels import label_lines
from bpframe_diagnostics.panels import (
    NETWORK,
    PANELS,
    Panel,
    Points,
    epoch_label,
    lines_of,
)

COLUMNS = 3
# Inches, of a panel.
WIDTH, HEIGHT = 3.2, 2.5
MOST_MARKED = 50
# The range of the colour map that stands out against white, from dark to light.
COLOURS = colormaps["inferno"]
DARKEST, LIGHTEST = 0.06, 0.66
GREY = "#6b6b6b"
MOST_IN_A_COLUMN = 8


def picture_of(run: Run) -> Figure | None:
    """Draw the picture: rows of panels, and the legend in the place behind the last one.

    None if there is nothing to show. A line is a layer's over the epochs. Of a single epoch the
    line goes over the layers.
    """
    seen = [(panel, lines) for panel in PANELS if (lines := lines_of(run, panel.quantity))]
    if not seen:
        return None
    rows = len(seen) // COLUMNS + 1
    figure = Figure(figsize=(COLUMNS * WIDTH, 0.5 + rows * HEIGHT), layout="constrained")
    places = list(figure.subplots(rows, COLUMNS).flat)
    styles = line_styles(run)
    for axes, (panel, lines) in zip(places, seen, strict=False):
        draw_panel(axes, panel, lines, run, styles)
    for empty in places[len(seen) :]:
        empty.axis("off")
    draw_legend(places[len(seen)], places[: len(seen)], run)
    heading(figure, run)
    label_lines(figure)
    # All stands where it shall, and the layout takes a second.
    figure.set_layout_engine("none")
    return figure


def line_styles(run: Run) -> dict[str, dict[str, Any]]:
    """Return how each line is drawn: layers from dark to light by depth, the network dashed."""
    marker = "." if len(run.epochs) <= MOST_MARKED else ""
    last = len(run.network.sizes)
    styles: dict[str, dict[str, Any]] = {}
    for number in range(2, last + 1):
        depth = (number - 2) / max(1, last - 2)
        colour = COLOURS(DARKEST + (LIGHTEST - DARKEST) * depth)
        styles[f"layer {number}"] = {"color": colour, "marker": marker}
    styles[NETWORK] = {"color": GREY, "linestyle": "--", "marker": ""}
    return styles | {epoch_label(run.epochs[0]): {"color": COLOURS(DARKEST), "marker": "o"}}


def draw_panel(
    axes: Axes,
    panel: Panel,
    lines: dict[str, Points],
    run: Run,
    styles: dict[str, dict[str, Any]],
) -> None:
    """Draw the lines of one quantity."""
    for label, points in lines.items():
        axes.plot(*zip(*points, strict=True), label=label, markersize=4, **styles[label])
    for quantity in panel.dotted:
        for label, points in lines_of(run, quantity).items():
            thin = styles[label] | {"linestyle": ":", "linewidth": 1, "marker": ""}
            axes.plot(*zip(*points, strict=True), **thin)
    axes.set_title(panel.title, fontsize="medium")
    axes.set_ylabel(panel.label, fontsize="small")
    axes.tick_params(which="both", labelsize="small")
    axes.grid(alpha=0.3)
    draw_horizontal_axis(axes, run)
    largest = max(value for points in lines.values() for _, value in points)
    if panel.scale == "log" and largest > 0:
        axes.set_yscale("log")
    elif panel.scale == "share":
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
    elif panel.scale == "degrees":
        axes.axhline(90, color=GREY, linewidth=0.8)
        axes.set_yticks(range(0, max(91, int(largest) + 1), 30))
        axes.set_ylim(-3, max(93, largest + 3))


def draw_horizontal_axis(axes: Axes, run: Run) -> None:
    """Draw the axis of all epochs or layers, with room for the labels of lines over epochs."""
    if len(run.epochs) > 1:
        what, first, last, room = "epoch", run.epochs[0].number, run.epochs[-1].number, 0.08
    else:
        what, first, last, room = "layer", 2, len(run.network.sizes), 0.0
    margin = 0.05 * (last - first) or 0.5
    axes.set_xlim(first - margin, last + margin + room * (last - first))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_xlabel(what, fontsize="small")


def draw_legend(place: Axes, panels: list[Axes], run: Run) -> None:
    """Name the lines of all panels."""
    drawn = {str(line.get_label()): line for axes in panels for line in axes.lines}
    labels = [label for label in line_styles(run) if label in drawn]
    output = f"layer {len(run.network.sizes)}"
    place.legend(
        [drawn[label] for label in labels],
        [f"{label} (output)" if label == output else label for label in labels],
        title="layer 1 is the input",
        fontsize="small",
        title_fontsize="small",
        loc="center",
        ncols=-(-len(labels) // MOST_IN_A_COLUMN),
    )
