"""The picture of the diagnostics: a panel a quantity, a line a layer."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bpframe import Epoch, Run

MOST_MARKED = 50
NETWORK = "network"
Points = list[tuple[int, float]]


@dataclass(frozen=True)
class Panel:
    """What a panel shows.

    Attributes
    ----------
    quantity : str
        Metrics are called ``QUANTITY/LINE``.
    title, label : str
        Above the panel, and at its vertical axis.
    scale : str
        ``log``, ``share`` (0 to 100%), ``degrees`` or ``linear``.
    dotted : tuple of str
        Further quantities that are drawn thin.
    """

    quantity: str
    title: str
    label: str
    scale: str
    dotted: tuple[str, ...] = ()


PANELS = (
    Panel("gradient_rms", "gradient of the weights", "root mean square of ∂C/∂w", "log"),
    Panel("delta_norm", "speed of learning", "‖δ‖ = ‖∂C/∂b‖", "log"),
    Panel("update_ratio", "net change of the weights", "‖Δw‖ a step / ‖w‖", "log"),
    Panel("saturated", "saturated neurons", "share of neurons and samples", "share"),
    Panel("near_zero_inputs", "inputs near zero", "share of inputs and samples", "share"),
    Panel("angle", "angle of the rule to the gradient", "degrees", "degrees"),
    Panel("z_p50", "weighted inputs", "z: median; dotted 5% and 95%", "linear", ("z_p05", "z_p95")),
)


def draw(run: Run) -> bytes | None:
    """Return a PNG of every quantity over the epochs, or None if there are none."""
    figure = figure_of(run)
    if figure is None:
        return None
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    return buffer.getvalue()


def figure_of(run: Run) -> Figure | None:
    """Return the figure: two rows of panels, and the legend in the place behind the last one.

    A line is a layer's over the epochs. Of a single epoch the line goes over the layers.
    """
    seen = [(panel, lines) for panel in PANELS if (lines := lines_of(run, panel.quantity))]
    if not seen:
        return None
    columns = len(seen) // 2 + 1
    figure = Figure(figsize=(4.2 * columns, 7.4), layout="constrained")
    places = list(figure.subplots(2, columns).flat)
    styles = line_styles(run)
    for axes, (panel, lines) in zip(places, seen, strict=False):
        draw_panel(axes, panel, lines, run, styles)
    for empty in places[len(seen) :]:
        empty.axis("off")
    drawn = {line.get_label(): line for axes in places for line in axes.lines}
    labels = [label for label in styles if label in drawn]
    output = f"layer {len(run.network.sizes)}"
    places[len(seen)].legend(
        [drawn[label] for label in labels],
        [f"{label} (output)" if label == output else label for label in labels],
        title="layer 1 is the input",
        loc="center",
        ncols=1 + len(labels) // 16,
    )
    figure.suptitle(f"{run.name}  {list(run.network.sizes)}")
    return figure


def lines_of(run: Run, quantity: str) -> dict[str, Points]:
    """Return the points of each line of a quantity."""
    lines: dict[str, Points] = {}
    for epoch in run.epochs:
        for name, value in epoch.metrics.items():
            found, _, line = name.partition("/")
            if found != quantity:
                continue
            label = line.replace("_", " ")
            if len(run.epochs) > 1:
                lines.setdefault(label, []).append((epoch.number, value))
            elif label != NETWORK:
                layer = int(label.split()[1])
                lines.setdefault(epoch_label(epoch), []).append((layer, value))
    return lines


def epoch_label(epoch: Epoch) -> str:
    """Return what a line over the layers is called."""
    return f"epoch {epoch.number}" if epoch.number else "before the training"


def line_styles(run: Run) -> dict[str, dict[str, Any]]:
    """Return how each line is drawn: layers from dark to light by depth, the network dashed."""
    marker = "." if len(run.epochs) <= MOST_MARKED else ""
    last = len(run.network.sizes)
    styles: dict[str, dict[str, Any]] = {}
    for number in range(2, last + 1):
        colour = colormaps["viridis"](0.9 * (number - 2) / max(1, last - 2))
        styles[f"layer {number}"] = {"color": colour, "marker": marker}
    styles[NETWORK] = {"color": "black", "linestyle": "--", "marker": marker}
    return styles | {
        epoch_label(run.epochs[0]): {"color": colormaps["viridis"](0.0), "marker": "o"}
    }


def draw_panel(
    axes: Axes,
    panel: Panel,
    lines: dict[str, Points],
    run: Run,
    styles: dict[str, dict[str, Any]],
) -> None:
    """Draw the lines of one quantity."""
    for label, points in lines.items():
        axes.plot(*zip(*points, strict=True), label=label, **styles[label])
    for quantity in panel.dotted:
        for label, points in lines_of(run, quantity).items():
            thin = styles[label] | {"linestyle": ":", "linewidth": 1, "marker": ""}
            axes.plot(*zip(*points, strict=True), **thin)
    axes.set_title(panel.title, fontsize="medium")
    axes.grid(alpha=0.3)
    draw_horizontal_axis(axes, run)
    axes.set_ylabel(panel.label)
    largest = max(value for points in lines.values() for _, value in points)
    if panel.scale == "log" and largest > 0:
        axes.set_yscale("log")
    elif panel.scale == "share":
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
    elif panel.scale == "degrees":
        axes.axhline(90, color="grey", linewidth=0.8)
        axes.set_yticks(range(0, max(91, int(largest) + 1), 30))
        axes.set_ylim(-3, max(93, largest + 3))


def draw_horizontal_axis(axes: Axes, run: Run) -> None:
    """Draw the axis of all epochs or layers, also where a line has a single point."""
    if len(run.epochs) > 1:
        what, first, last = "epoch", run.epochs[0].number, run.epochs[-1].number
    else:
        what, first, last = "layer", 2, len(run.network.sizes)
    margin = 0.05 * (last - first) or 0.5
    axes.set_xlim(first - margin, last + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_xlabel(what)
