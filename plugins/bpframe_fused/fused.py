"""Whole epochs in one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from bpframe import (
    Backprop,
    EpochFunction,
    GradientFunction,
    Objective,
    StandIn,
    StepPlan,
    TrainingSet,
)
from bpframe.errors import MissingPackageError, NotTakenError
from bpframe_backprop import FullMatrix

if TYPE_CHECKING:
    from bpframe_fused.workspace import Workspace

MATRIX_PASS = FullMatrix()


@dataclass(frozen=True)
class Fused(Backprop):
    """Backpropagation, (BP1)-(BP4), and the step, compiled into one loop over an epoch.

    Where most inputs are zero they are skipped: their weights neither add to z nor change, (BP4),
    unless an optimizer, a penalty or clipping changes all. Activations and costs are compiled from
    their scalar or row forms; where one has none, gradients are those of the matrix pass. Steps of
    optimizers and penalties that have none, and of those that bound the weights, are the trainer's.
    A line of the run says so. It needs Numba, which the extra ``numba`` installs.
    """

    side_by_side: ClassVar[bool] = True

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        try:
            return _workspace(objective).gradient
        except NotTakenError as reason:
            return StandIn(MATRIX_PASS.bind(objective, rng), _remark(reason))

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction | None:
        try:
            workspace = _workspace(objective)  # first, for it says how to install what is missing
        except NotTakenError as reason:
            epoch = MATRIX_PASS.bind_epoch(objective, rng, training, plan)
            return epoch and StandIn(epoch, _remark(reason))
        from bpframe_fused.epochs import bind_epoch

        return bind_epoch(workspace, training, plan)


def _remark(reason: NotTakenError) -> str:
    return f"its gradient is that of the matrix pass, for {reason}"


def _workspace(objective: Objective) -> Workspace:
    # Numba takes a third of a second to import, and only training with it needs it.
    try:
        from bpframe_fused.workspace import Workspace
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "numba":
            raise
        raise MissingPackageError("it needs Numba: pip install 'bpframe[numba]'") from None
    return Workspace(objective)
