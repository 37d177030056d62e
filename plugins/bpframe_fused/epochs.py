"""Whole epochs in the kernel: plain steps, and those of optimizers, penalties and clipping."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from bpframe_fused.layers import name_of
from bpframe_fused.moves import compile_addition, compile_step
from bpframe_fused.tables import table_of
from bpframe_fused.workspace import Samples, Workspace, inputs_of, read, write

Rates = npt.NDArray[np.float64]
# Numbers of the masks that are drawn at once.
DRAWN = 2**20
# What a piece of an epoch is to take, and the steps of the first one.
SECONDS, FIRST = 0.2, 100


def bind_epoch(workspace: Workspace, training: TrainingSet, plan: StepPlan) -> EpochFunction:
    """Return the function of `Backprop.bind_epoch`."""
    if plan.constraint:
        raise NotTakenError("the regularizer bounds weights after each")
    take = _steps(workspace, plan)
    thinning, m = plan.thinning, training.batch_size
    inputs = inputs_of(training.x, training.batch_size, workspace.parameters.sizes[1])
    y = np.ascontiguousarray(training.y)
    without = np.empty((0, 0), workspace.parameters.dtype)
    piece = Piece(max(1, DRAWN // len(thinning.masks)) if thinning else sys.maxsize)

    def take_piece(order: npt.NDArray[np.int64], rates: Rates) -> int:
        masks = thinning.draw_many(len(rates)) if thinning else without
        return take(Samples(inputs, y, order, m, masks), rates)

    def epoch(order: npt.NDArray[np.int64], rates: Rates) -> int:
        workspace.read()
        first, failed = 0, 0
        try:
            while first < len(rates) and not failed:
                steps = slice(first, first + piece.steps)
                with piece.timed():
                    failed = take_piece(order[steps.start * m : steps.stop * m], rates[steps])
                first = steps.stop
        finally:
            write(workspace.layers, workspace.parameters)
        return steps.start + failed if failed else 0

    # Compiles, before anybody measures an epoch.
    take_piece(np.empty(0, np.int64), np.empty(0))
    return epoch


class Piece:
    """How many steps are handed over at once: what takes `SECONDS`, found by measuring.

    A signal such as that of Ctrl-C is only seen between two pieces.

    Parameters
    ----------
    most : int
        The most steps of a piece.

    Attributes
    ----------
    steps : int
        Steps of the next piece.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.steps = min(FIRST, most)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measure a piece, and set the length of the next one by it."""
        started = time.perf_counter()
        yield
        seconds = time.perf_counter() - started
        # Twice as many at most, for a short piece is not measured well.
        wanted = self.steps * min(2.0, SECONDS / max(seconds, 1e-9))
        self.steps = min(max(1, int(wanted)), self._most)


def _steps(workspace: Workspace, plan: StepPlan) -> Callable[[Samples, Rates], int]:
    """Return what takes steps on the workspace's layers; 0, or the number of one not finite."""
    decay = replace(plan, thinning=None).weight_decay
    if decay is not None:

        def take_plain_steps(samples: Samples, rates: Rates) -> int:
            return workspace.run(kernel.plain_steps, samples, workspace.table, rates, decay)

        return take_plain_steps
    clip = GradientClip() if plan.clip is None else plan.clip
    if type(clip) is not GradientClip:
        raise NotTakenError(f"{name_of(clip)} is not just a GradientClip")
    dtype = workspace.parameters.dtype
    add, move = compile_addition(plan.addition, dtype), compile_step(plan.step, dtype)
    step = plan.step if isinstance(plan.step, ElementwiseStep) else None
    return DenseSteps(workspace, step, add, clip, move)


class DenseSteps:
    """Steps that change every parameter, and what an optimizer remembers of them.

    Parameters
    ----------
    workspace : Workspace
        What the steps are taken on.
    step : ElementwiseStep or None
        What it remembers is read before, and written after steps; None if it is a gradient step.
    add : compiled function or None
        What adds the derivatives of a penalty, if there is one.
    clip : GradientClip
        The bounds of a gradient.
    move : compiled function
        What takes a step.
    """

    def __init__(
        self,
        workspace: Workspace,
        step: ElementwiseStep | None,
        add: Any | None,
        clip: GradientClip,
        move: Any,
    ) -> None:
        self._workspace, self._step = workspace, step
        # The kernel has but the addresses.
        self._functions = add, move
        self._follow = add.address if add else 0, clip.norm, clip.value, move.address
        self._flat = Parameters(workspace.parameters.sizes, workspace.parameters.dtype)
        self._gradients = workspace.new_layers()
        remembered = step.remembered.values() if step else ()
        # For each layer one array, and views of it in the kernel's layout.
        self._kept: tuple[Array, ...] = tuple(
            np.zeros((len(remembered), layer.size), layer.dtype) for layer in self._gradients
        )
        self._tables = table_of(self._gradients), table_of(self._kept)
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
        failed = self._workspace.run(kernel.dense_steps, samples, *self._tables, follow, rates)
        for array, layers in self._views:
            write(layers, flat)
            array[:] = flat.vector
        if step:
            step.steps += failed - 1 if failed else len(rates)
        return failed
