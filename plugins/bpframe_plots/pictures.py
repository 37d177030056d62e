"""The learning curve and the confusion matrix."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.figure import Figure

from bpframe import Evaluator, Run


def learning_curve(run: Run) -> bytes:
    """Return a PNG of every metric over the epochs, a panel for each quantity."""
    names = run.epochs[-1].metrics
    quantities = [q for q in ("cost", "accuracy") if f"train/{q}" in names]
    figure = Figure(figsize=(5 * len(quantities), 4), layout="constrained")
    panels = figure.subplots(1, len(quantities), squeeze=False)[0]
    for panel, quantity in zip(panels, quantities, strict=True):
        for part in ("train", "validation", "test"):
            name = f"{part}/{quantity}"
            points = [(e.number, e.metrics[name]) for e in run.epochs if name in e.metrics]
            if points:
                panel.plot(*zip(*points, strict=True), marker=".", label=part)
        panel.set(xlabel="epoch", ylabel=quantity)
        panel.xaxis.get_major_locator().set_params(integer=True)
        panel.grid(alpha=0.3)
        panel.legend()
    figure.suptitle(run.name)
    return _png(figure)


def confusion_matrix(run: Run) -> bytes:
    """Return a PNG that counts, for each class, what the network took its samples for.

    The test set is used if the run has looked at it, else the part that comes nearest to it.
    """
    parts = run.data.parts()
    if "test/accuracy" not in run.figures:
        parts.pop("test", None)
    part, split = list(parts.items())[-1]
    predictions = Evaluator(run.trainer.objective, run.data, split).predictions()
    classes = run.data.n_outputs
    counts = np.bincount(split.y * classes + predictions, minlength=classes**2)
    counts = counts.reshape(classes, classes)
    side = max(4.0, 0.5 * classes + 1.5)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, counts[row, column], ha="center", va="center", color=colour)
    axes.set(xticks=range(classes), yticks=range(classes), xlabel="predicted", ylabel="true")
    accuracy = (predictions == split.y).mean()
    axes.set_title(f"{part}: {accuracy:.1%} of {len(split)} right", fontsize="medium")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
