"""Draws the pictures of a run when its task has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpframe
from bpframe import Run, Settings


@dataclass(frozen=True)
class Plots(Settings):
    """Learning curves and, for classes, a confusion matrix, as PNG files."""


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
        # matplotlib takes half a second to import, which a run without pictures can do without.
        from bpframe_plots.pictures import confusion_matrix, learning_curve

        run.save("learning_curve.png", learning_curve(run))
        if run.data.classes is not None:
            run.save("confusion_matrix.png", confusion_matrix(run))
