"""The learning curve: cost, accuracy and other metrics of each split over the epochs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, PercentFormatter

from bpframe import Epoch, Run
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
RINGS: dict[str, dict[str, Any]] = {
    "validation": {"marker": "o", "markersize": 11},
    "test": {"marker": "D", "markersize": 10},
}


def learning_curve(run: Run) -> Figure:
    """Draw the picture: panels for the cost, for classes the accuracy, and for further metrics."""
    quantities = _quantities(run.epochs[-1])[: max(LAYOUTS)]
    rows, columns, width, height = LAYOUTS[len(quantities)]
    figure = Figure(figsize=(width, height), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel, quantity in zip(panels, quantities, strict=True):
        _draw(panel, run.epochs, quantity)
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
    """Draw a line for each split, and a ring around each epoch that is reported as the best."""
    marked = len(epochs) <= MOST_MARKED
    for split, style in LINES.items():
        points = _points(epochs, f"{split}/{quantity}")
        if points:
            shown = style if marked else style | {"marker": ""}
            panel.plot(*zip(*points, strict=True), label=split, markersize=3, **shown)
    for split, (label, best) in _best(epochs).items():
        if (name := f"{split}/{quantity}") not in best.metrics:
            continue
        place = [best.number], [best.metrics[name]]
        ring = RINGS[split] | {"color": BLACK, "markerfacecolor": "none", "linestyle": ""}
        panel.plot(*place, label=f"{label}: epoch {best.number}", zorder=3, **ring)
    panel.set(xlabel="epoch", ylabel=quantity)
    margin = max(0.5, 0.02 * len(epochs))
    panel.set_xlim(epochs[0].number - margin, epochs[-1].number + margin)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    panel.grid(alpha=0.3)


def _points(epochs: list[Epoch], name: str) -> list[tuple[int, float]]:
    return [(epoch.number, epoch.metrics[name]) for epoch in epochs if name in epoch.metrics]


def _best(epochs: list[Epoch]) -> dict[str, tuple[str, Epoch]]:
    """Return the epochs that a training reports as the best of a split, with how it calls them."""
    trained = [epoch for epoch in epochs if epoch.number]
    found = {}
    best = max(trained, key=lambda epoch: epoch.validation_score)
    if math.isfinite(best.validation_score):
        found["validation"] = ("best on validation", best)
    if tested := [epoch for epoch in trained if "test/accuracy" in epoch.metrics]:
        peak = max(tested, key=lambda epoch: epoch.metrics["test/accuracy"])
        found["test"] = ("peak on test", peak)
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
