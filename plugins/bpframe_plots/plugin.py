"""Draws the pictures of a run when its task has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpframe
from bpframe import Run, Settings
from bpframe.pictures import png


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
        # matplotlib takes half a second to import, which a run without pictures can do without.
        from bpframe_plots.confusion_matrix import confusion_matrix
        from bpframe_plots.learning_curve import learning_curve
        from bpframe_plots.predicted_against_true import predicted_against_true

        run.save("learning_curve.png", png(learning_curve(run)))
        if run.data.classes is not None:
            run.save("confusion_matrix.png", png(confusion_matrix(run)))
        elif (figure := predicted_against_true(run)) is not None:
            run.save("predicted_against_true.png", png(figure))
