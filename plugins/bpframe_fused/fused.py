"""Whole epochs in one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bpframe import (
    Backprop,
    EpochFunction,
    GradientFunction,
    Objective,
    StepPlan,
    TrainingSet,
)
from bpframe.errors import MissingPackageError

if TYPE_CHECKING:
    from bpframe_fused.workspace import Workspace


@dataclass(frozen=True)
class Fused(Backprop):
    """Backpropagation, (BP1)-(BP4), and the step, compiled into one loop over an epoch.

    Where most inputs are zero they are skipped: their weights neither add to z nor change, (BP4),
    unless an optimizer, a penalty or clipping changes all. It works for elementwise activations and
    costs that have a scalar form. Steps of optimizers and penalties that have none, and of those
    that bound the weights, are the trainer's. It needs Numba, which the extra ``numba`` installs.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        return _workspace(objective).gradient

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction:
        workspace = _workspace(objective)  # first, for it says how to install what is missing
        from bpframe_fused.epochs import bind_epoch

        return bind_epoch(workspace, training, plan)


def _workspace(objective: Objective) -> Workspace:
    # Numba takes a third of a second to import, and only training with it needs it.
    try:
        from bpframe_fused.workspace import Workspace
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "numba":
            raise
        raise MissingPackageError("it needs Numba: pip install 'bpframe[numba]'") from None
    return Workspace(objective)
