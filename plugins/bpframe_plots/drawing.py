"""Draws each picture from the values that the run has left for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpframe.pictures import png
from bpframe_plots.confusion_matrix import confusion_matrix
from bpframe_plots.learning_curve import learning_curve
from bpframe_plots.predicted_against_true import predicted_against_true
from bpframe_plots.shown import Shown
from bpframe_plots.values import run_of


def learning_curve_png(values: Mapping[str, Any]) -> bytes:
    """Return the learning curve of a run."""
    return png(learning_curve(run_of(values)))


def confusion_matrix_png(values: Mapping[str, Any]) -> bytes:
    """Return what the network took the samples of each class for."""
    return png(confusion_matrix(run_of(values), _samples(values)))


def predicted_against_true_png(values: Mapping[str, Any]) -> bytes:
    """Return the outputs against the targets."""
    return png(predicted_against_true(run_of(values), _samples(values)))


def _samples(values: Mapping[str, Any]) -> Shown:
    name, y, given, *names = values["samples"]
    return Shown(name, np.asarray(y), np.asarray(given), *names)
