"""The learning curve: cost, accuracy and other metrics of each split over the epochs."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, PercentFormatter

from bpframe import BestSoFar, Epoch, Run
from bpframe.pictures import BLACK, BLUE, GREEN, VERMILLION, heading

# Rows and columns, and inches, by the number of panels.
LAYOUTS = {
    1: (1, 1, 6.0, 3.9),
    2: (1, 2, 8.2, 3.9),
    3: (1, 3, 11.6, 3.9),
    4: (2, 2, 8.2, 6.9),
}
# A part of the cost, which the training set alone has.
PENALTY = "penalty"
MOST_MARKED = 50
# From this ratio of the largest cost to the smallest on, only a logarithm shows both.
LOGARITHMIC = 10
# From this ratio on there is no room for numbers between the powers of ten.
DECADES_ONLY = 1000
LEAST_SHOWN = 0.1
LINES: dict[str, dict[str, Any]] = {
    "train": {"color": BLUE, "marker": "o"},
    "validation": {"color": VERMILLION, "marker": "s"},
    "test": {"color": GREEN, "marker": "^", "linestyle": "--"},
}
BEST: dict[str, Any] = {"marker": "o", "markersize": 11}
PEAK: dict[str, Any] = {"marker": "D", "markersize": 10}


class Ring(NamedTuple):
    """A ring around an epoch on the line of one split.

    Attributes
    ----------
    label : str
        What the epoch is.
    split : str
        Whose line it is on.
    epoch : Epoch
        The epoch.
    marker : dict
        How it is drawn.
    """

    label: str
    split: str
    epoch: Epoch
    marker: dict[str, Any]

    def draw(self, panel: Axes, quantity: str) -> None:
        """Draw it into the panel of a quantity, if the epoch has that."""
        style = self.marker | {"color": BLACK, "markerfacecolor": "none", "linestyle": ""}
        label = f"{self.label}: epoch {self.epoch.number}"
        for point in _points([self.epoch], f"{self.split}/{quantity}"):
            panel.plot(*point, label=label, zorder=3, **style)


def learning_curve(run: Run) -> Figure:
    """Draw the picture: panels for the cost, for classes the accuracy, and for further metrics."""
    quantities = _quantities(run.epochs[-1])[: max(LAYOUTS)]
    rows, columns, width, height = LAYOUTS[len(quantities)]
    figure = Figure(figsize=(width, height), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    rings = _rings(run)
    for panel, quantity in zip(panels, quantities, strict=True):
        _draw(panel, run.epochs, quantity)
        for ring in rings:
            ring.draw(panel, quantity)
        if not panel.lines:
            continue
        if quantity == "accuracy":
            _accuracy_axis(panel)
        elif quantity not in run.epochs[-1].higher_is_better:
            _cost_axis(panel)
    lines = {line.get_label(): line for panel in panels for line in panel.lines}
    figure.legend(lines.values(), lines, loc="outside lower center", ncols=3, frameon=False)
    early = run.trained_epochs < run.trainer.epochs
    heading(figure, run, *(["ended early"] if early else []))
    return figure


def _quantities(epoch: Epoch) -> list[str]:
    """Return what the epoch's splits have: cost and accuracy first, and then what was chosen."""
    held = [name.partition("/") for name in epoch.split_metrics]
    return list(dict.fromkeys(q for split, _, q in held if split == "train" and q != PENALTY))


def _draw(panel: Axes, epochs: list[Epoch], quantity: str) -> None:
    """Draw a line for each split."""
    marked = len(epochs) <= MOST_MARKED
    for split, style in LINES.items():
        points = _points(epochs, f"{split}/{quantity}")
        if points:
            shown = style if marked else style | {"marker": ""}
            panel.plot(*zip(*points, strict=True), label=split, markersize=3, **shown)
    panel.set(xlabel="epoch", ylabel=quantity)
    margin = max(0.5, 0.02 * len(epochs))
    panel.set_xlim(epochs[0].number - margin, epochs[-1].number + margin)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    panel.grid(alpha=0.3)


def _points(epochs: list[Epoch], name: str) -> list[tuple[int, float]]:
    """Return the epochs' numbers and a metric, without those where it is missing or not finite."""
    found = [(epoch.number, epoch.metrics.get(name, math.nan)) for epoch in epochs]
    return [(number, value) for number, value in found if math.isfinite(value)]


def _rings(run: Run) -> list[Ring]:
    """Return the rings around the epochs that a training reports as the best."""
    trained = [epoch for epoch in run.epochs if epoch.number]
    best, selecting = BestSoFar(run.trainer.select_by), run.trainer.select_by
    found = []
    for epoch in trained:
        if best.look(epoch) and (metric := selecting or epoch.selecting):
            label = f"best {selecting}" if selecting else "best on validation"
            found = [Ring(label, metric.partition("/")[0], epoch, BEST)]
    if tested := [epoch for epoch in trained if "test/accuracy" in epoch.metrics]:
        peak = max(tested, key=lambda epoch: epoch.metrics["test/accuracy"])
        found.append(Ring("peak on test", "test", peak, PEAK))
    return found


def _cost_axis(panel: Axes) -> None:
    """Take a logarithm where the cost spans decades; what is 0 then leaves the panel below.

    A cost that hardly moves is shown as one: the axis is at least a tenth of it long.
    """
    costs = _values(panel)
    positive = [cost for cost in costs if cost > 0]
    if min(costs) >= 0 and positive and max(positive) >= LOGARITHMIC * min(positive):
        panel.set_yscale("log", nonpositive="clip")
        panel.set_ylim(min(positive) / 1.3, max(positive) * 1.3)
        if max(positive) < DECADES_ONLY * min(positive):
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.yaxis.set_major_formatter("{x:g}")
            panel.yaxis.set_minor_formatter(NullFormatter())
    elif (lack := LEAST_SHOWN * max(map(abs, costs)) - (max(costs) - min(costs))) > 0:
        panel.set_ylim(min(costs) - lack / 2, max(costs) + lack / 2)


def _accuracy_axis(panel: Axes) -> None:
    """Show at least a tenth of the range, and nothing beyond 0 and 100% but for room."""
    accuracies = _values(panel)
    lack = max(0, LEAST_SHOWN - (max(accuracies) - min(accuracies)))
    high = min(1, max(accuracies) + lack / 2)
    low = max(0, min(min(accuracies), high - LEAST_SHOWN))
    room = 0.04 * (high - low)
    panel.set_ylim(low - room, high + room)
    panel.yaxis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 2.5, 5, 10]))
    panel.yaxis.set_major_formatter(PercentFormatter(1))


def _values(panel: Axes) -> list[float]:
    return [value for line in panel.lines for value in np.asarray(line.get_ydata()).tolist()]
