"""Pictures of what came of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from bpframe.pictures import BLACK, BLUE, GREEN, VERMILLION, png
from bpframe.statistics import summarize
from bpframe_reproduce.rows import At
from bpframe_reproduce.seeds import SeedRun
from bpframe_reproduce.verdict import Judged, limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of Okabe and Ito, too.
ORANGE = "#E69F00"
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE)
WIDTH = 7.0
LINE_HEIGHT = 0.26
DOTS_PER_INCH = 110
SPREAD = 0.16

# Where a row has one line.
SHORT = {
    At.FIRST: "first epoch",
    At.BEST_OF_THREE: "peak, best of three",
    At.PEAK: "peak",
    At.LAST: "last epoch",
}

Pictures = dict[str, tuple[str, bytes]]


def pictures_of(judged: Sequence[Judged]) -> Pictures:
    """Return each picture's title and content by its file's name; what no run tells of is left out.

    Parameters
    ----------
    judged : sequence of Judged
        The rows.
    """
    rows = {row.row.name: row for row in judged if row.finished}
    drawn = {
        "published.png": (
            "Published accuracies (crosses) beside ours under the same selection: a dot for each "
            "seed, or for each three of them; the mean, of seeds with its 95% interval; the limits "
            "of the rule as a grey band. Failures on purpose are left out",
            _published(rows),
        ),
        "initialization.png": (
            "Validation accuracy with first weights from N(0, 1) and from N(0, 1/n_in): mean and "
            "range of the seeds",
            _curves(rows, "validation/accuracy", INITIALIZATIONS, (0.82, 1.0)),
        ),
        "overfitting.png": (
            "1,000 pictures, 400 epochs: test accuracy with and without L2, mean and range of the "
            "seeds",
            _curves(rows, "test/accuracy", OVERFITTING, (0.6, 0.95)),
        ),
        "failures.png": (
            "The failures on purpose and the rate that works: test accuracy, mean and range of the "
            "seeds",
            _curves(rows, "test/accuracy", FAILURES, (0.0, 1.0)),
        ),
        "depth.png": (
            "Hidden layers of 30 neurons: validation accuracy, mean and range of the seeds",
            _curves(rows, "validation/accuracy", DEPTHS, (0.92, 0.98)),
        ),
        "vanishing.png": (
            "‖δ‖ of each hidden layer before the training: published (crosses), and a dot for each "
            "seed",
            _vanishing(rows),
        ),
    }
    return {name: (title, _content(figure)) for name, (title, figure) in drawn.items() if figure}


INITIALIZATIONS = {
    "init_scaled_30": "30 hidden, N(0, 1/n_in)",
    "init_normal_30": "30 hidden, N(0, 1)",
    "init_scaled_100": "100 hidden, N(0, 1/n_in)",
    "init_normal_100": "100 hidden, N(0, 1)",
}
OVERFITTING = {"overfitting": "λ = 0", "overfitting_l2": "λ = 0.1"}
FAILURES = {
    "quadratic_30": "η = 3, 30 hidden",
    "rate_too_high": "η = 100, 30 hidden",
    "rate_too_low": "η = 0.001, 100 hidden",
}
DEPTHS = {f"depth_{n}": f"{n} hidden layer{'s' if n > 1 else ''}" for n in range(1, 5)}


def _content(figure: Figure) -> bytes:
    figure.set_dpi(DOTS_PER_INCH)
    with matplotlib.rc_context({"savefig.dpi": DOTS_PER_INCH}):
        return png(figure)


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _published(rows: Mapping[str, Judged]) -> Figure | None:
    lines = [
        (
            f"{name}, {SHORT.get(at, at.value)}, {metric.partition('/')[0]}",
            compared.published,
            values,
        )
        for name, row in rows.items()
        for compared in row.compared
        for (at, metric), values in compared.ours.items()
        if metric.endswith("/accuracy") and not name.startswith("rate_too")
    ]
    if not lines:
        return None
    figure, axes = _axes(1 + LINE_HEIGHT * len(lines))
    for place, (_, published, values) in enumerate(lines):
        low, high = limits(values, published.half_digit)
        high = min(high, 1.0)
        axes.barh(place, 100 * (high - low), left=100 * low, height=0.8, color="0.9")
        _strip(axes, place, [100 * v for v in values], published.at is not At.BEST_OF_THREE)
        axes.plot(100 * published.value, place, "x", color=VERMILLION, markersize=8, mew=2)
    axes.set_yticks(range(len(lines)), [label for label, _, _ in lines], fontsize=8)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlabel("accuracy in %")
    axes.grid(axis="x", color="0.85", linewidth=0.5)
    axes.set_axisbelow(True)
    return figure


def _strip(axes: Axes, place: float, values: Sequence[float], are_seeds: bool) -> None:
    """Draw a dot for each number, beside each other in a fixed pattern, and the mean."""
    shifts = SPREAD * np.linspace(-1, 1, len(values)) if len(values) > 1 else np.zeros(1)
    axes.plot(np.sort(values), place + shifts, ".", color=BLUE, markersize=3, alpha=0.6)
    found = summarize(values)
    # The largest of every three are not independent, and so have no such interval.
    if are_seeds and found.interval:
        axes.plot([found.interval.low, found.interval.high], [place] * 2, color=BLACK, linewidth=2)
    axes.plot(found.mean, place, "|", color=BLACK, markersize=10)


def _curves(
    rows: Mapping[str, Judged], metric: str, labels: Mapping[str, str], ends: tuple[float, float]
) -> Figure | None:
    chosen = {name: _matrix(rows[name].finished, metric) for name in labels if name in rows}
    chosen = {name: curves for name, curves in chosen.items() if curves.size}
    if not chosen:
        return None
    figure, axes = _axes(3.4)
    for colour, (name, curves) in zip(COLOURS, chosen.items(), strict=False):
        epochs = np.arange(1, curves.shape[1] + 1)
        axes.fill_between(epochs, *_range(curves), color=colour, alpha=0.2, linewidth=0)
        axes.plot(epochs, curves.mean(axis=0), color=colour, label=labels[name])
    axes.set(xlabel="epoch", ylabel=metric.replace("/", " ") + " in %")
    low, high = (100 * end for end in ends)
    axes.set_ylim(low, high)
    axes.grid(color="0.9", linewidth=0.5)
    figure.legend(loc="outside upper center", ncols=2, frameon=False)
    return figure


def _matrix(runs: Sequence[SeedRun], metric: str) -> Any:
    """Return a metric in percent, shape (runs, epochs)."""
    curves = [run.curve(metric) for run in runs]
    shortest = min(map(len, curves), default=0)
    return 100 * np.array([curve[:shortest] for curve in curves])


def _range(curves: Any) -> tuple[Any, Any]:
    return curves.min(axis=0), curves.max(axis=0)


def _vanishing(rows: Mapping[str, Judged]) -> Figure | None:
    chosen = [row for name, row in rows.items() if name.startswith("vanishing")]
    if not chosen:
        return None
    figure = Figure(figsize=(WIDTH, 3), layout="constrained")
    panels = figure.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for axes, row in zip(panels, chosen, strict=True):
        _norms(axes, row)
    panels[0].set_ylabel("‖δ‖")
    return figure


def _norms(axes: Axes, row: Judged) -> None:
    for layer, compared in enumerate(row.compared, 1):
        values = [value for found in compared.ours.values() for value in found]
        shifts = SPREAD * np.linspace(-1, 1, len(values)) if len(values) > 1 else np.zeros(1)
        axes.plot(layer + shifts, np.sort(values), ".", color=BLUE, markersize=4)
        axes.plot(layer, compared.published.value, "x", color=VERMILLION, markersize=8, mew=2)
    count = len(row.compared)
    axes.set_yscale("log")
    axes.set(xlabel="hidden layer", title=f"{count} hidden layers", xlim=(0.5, count + 0.5))
    axes.set_xticks(range(1, count + 1))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9", linewidth=0.5)
