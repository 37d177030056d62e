"""Whole epochs in the kernel: plain steps, and those of optimizers, penalties and clipping."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import (
    Array,
    ElementwiseStep,
    EpochFunction,
    GradientClip,
    Parameters,
    StepPlan,
    TrainingSet,
)
from bpframe.errors import NotTakenError
from bpframe_fused import kernel
from bpframe_fused.moves import compile_addition, compile_step, name_of
from bpframe_fused.workspace import Samples, Workspace, inputs_of, read, write

Rates = npt.NDArray[np.float64]
# Numbers of the masks that are drawn at once.
DRAWN = 2**20


def bind_epoch(workspace: Workspace, training: TrainingSet, plan: StepPlan) -> EpochFunction:
    """Return the function of `Backprop.bind_epoch`."""
    if plan.constraint:
        raise NotTakenError("the regularizer bounds weights after each")
    take = _steps(workspace, plan)
    thinning, m = plan.thinning, training.batch_size
    inputs = inputs_of(training.x, training.batch_size, workspace.parameters.sizes[1])
    y = np.ascontiguousarray(training.y)
    without = np.empty((0, 0), workspace.parameters.dtype)
    piece = max(1, DRAWN // len(thinning.masks)) if thinning else sys.maxsize

    def epoch(order: npt.NDArray[np.int64], rates: Rates) -> int:
        workspace.read()
        failed = 0
        # Once at least, for what is compiled by the first call.
        for first in range(0, max(1, len(rates)), piece):
            own = rates[first : first + piece]
            masks = thinning.draw_many(len(own)) if thinning else without
            rows = order[first * m : (first + len(own)) * m]
            if failed := take(Samples(inputs, y, rows, m, masks), own):
                failed += first
                break
        write(workspace.layers, workspace.parameters)
        return failed

    epoch(np.empty(0, np.int64), np.empty(0))  # compiles, before anybody measures an epoch
    return epoch


def _steps(workspace: Workspace, plan: StepPlan) -> Callable[[Samples, Rates], int]:
    """Return what takes steps on the workspace's layers; 0, or the number of one not finite."""
    decay = replace(plan, thinning=None).weight_decay
    if decay is not None:
        return partial(workspace.take_plain_steps, decay=decay)
    clip = GradientClip() if plan.clip is None else plan.clip
    if type(clip) is not GradientClip:
        raise NotTakenError(f"{name_of(clip)} is not just a GradientClip")
    dtype = workspace.parameters.dtype
    try:
        add, move = compile_addition(plan.addition, dtype), compile_step(plan.step, dtype)
    except ValueError as error:
        raise NotTakenError(str(error)) from None
    step = plan.step if isinstance(plan.step, ElementwiseStep) else None
    return DenseSteps(
        workspace, step, (plan.addition is not None, add, clip.norm, clip.value, move)
    )


class DenseSteps:
    """Steps that change every parameter, and what an optimizer remembers of them.

    Parameters
    ----------
    workspace : Workspace
        What the steps are taken on.
    step : ElementwiseStep or None
        What it remembers is read before, and written after steps; None if it is a gradient step.
    follow : tuple
        The first five that `bpframe_fused.kernel.dense_steps` asks for.
    """

    def __init__(
        self, workspace: Workspace, step: ElementwiseStep | None, follow: tuple[Any, ...]
    ) -> None:
        self._workspace, self._step, self._follow = workspace, step, follow
        self._flat = Parameters(workspace.parameters.sizes, workspace.parameters.dtype)
        self._gradients = workspace.new_layers()
        remembered = step.remembered.values() if step else ()
        # For each layer one array, and views of it in the kernel's layout.
        self._kept: tuple[Array, ...] = tuple(
            np.zeros((len(remembered), layer.size), layer.dtype) for layer in self._gradients
        )
        layers = zip(self._kept, self._gradients, strict=True)
        by_layer = [[one.reshape(layer.shape) for one in kept] for kept, layer in layers]
        self._views = list(zip(remembered, zip(*by_layer, strict=True), strict=True))

    def __call__(self, samples: Samples, rates: Rates) -> int:
        """Take a step for each mini-batch; return 0, or the number of the one not finite."""
        step, flat = self._step, self._flat
        for array, layers in self._views:
            flat.vector[:] = array
            read(layers, flat)
        decay, before = (step.weight_decay, int(step.steps[0])) if step else (0.0, 0)
        follow = *self._follow, decay, before
        failed = self._workspace.run(
            kernel.dense_steps, samples, self._gradients, self._kept, follow, rates
        )
        for array, layers in self._views:
            write(layers, flat)
            array[:] = flat.vector
        if step:
            step.steps += failed - 1 if failed else len(rates)
        return failed
