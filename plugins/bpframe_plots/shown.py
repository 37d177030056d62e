"""The samples that a picture of the outputs is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bpframe import Array, Evaluator, Run, Split


class Shown(NamedTuple):
    """Samples, and what the network gives for them.

    Attributes
    ----------
    name : str
        That of their split.
    y : array, shape (n,) or (n, n_outputs)
        Their classes, or their targets.
    given : array, shape as that of y
        The predicted classes, or the outputs.
    class_names : sequence of str
        What the classes are called; () if the targets are values.
    value_names : sequence of str
        What the values are called that have units of their own, in which they are then.
    """

    name: str
    y: Any
    given: Any
    class_names: Sequence[str]
    value_names: Sequence[str] = ()


def shown(run: Run) -> Shown:
    """Return the samples that pictures of a run show."""
    name, split = shown_split(run)
    evaluator = Evaluator(run.trainer.objective, run.data, split)
    if run.data.classes is not None:
        return Shown(name, split.y, evaluator.predictions(), run.data.class_names)
    given: Array = run.data.in_own_units(evaluator.outputs().astype(np.float64))
    y = run.data.in_own_units(split.y.astype(np.float64))
    return Shown(name, y, given, (), run.data.values.names if run.data.values else ())


def shown_split(run: Run) -> tuple[str, Split]:
    """Return the test set if the run has looked at it, else what comes nearest, with its name."""
    splits = run.data.splits()
    if not any(name.startswith("test/") for name in run.figures):
        splits.pop("test", None)
    return list(splits.items())[-1]
