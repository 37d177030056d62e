"""Draws the pictures of a run when its task has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import bpframe
from bpframe import Run, Settings
from bpframe_plots.shown import shown
from bpframe_plots.values import values_of

# matplotlib takes half a second to import, which no command has to wait for.
DRAWING = "bpframe_plots.drawing"


@dataclass(frozen=True)
class Plots(Settings):
    """Learning curves, and a confusion matrix or, for values, predicted against true, as PNG."""


@dataclass(frozen=True)
class NoPlots(Settings):
    """No pictures."""


@bpframe.hookimpl
def bpframe_register_settings(register: Callable[[str, type[Settings]], None]) -> None:
    register("plots/png", Plots)
    register("plots/none", NoPlots)


@bpframe.hookimpl
def bpframe_run_end(run: Run) -> None:
    if isinstance(run.settings.get("plots"), Plots) and run.trained_epochs:
        values = values_of(run)
        run.save_later("learning_curve.png", f"{DRAWING}:learning_curve_png", values)
        samples = shown(run)
        if run.data.classes is not None:
            picture = "confusion_matrix"
        # There is none of a training that has diverged.
        elif np.isfinite(samples.given).all():
            picture = "predicted_against_true"
        else:
            return
        name, y, given, class_names, value_names = samples
        values["samples"] = [name, y.tolist(), given.tolist(), [*class_names], [*value_names]]
        run.save_later(f"{picture}.png", f"{DRAWING}:{picture}_png", values)
