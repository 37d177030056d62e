"""A network's parameters in the kernel's layout, and the buffers of its mini-batches."""

from __future__ import annotations

import warnings
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from numba.core.errors import NumbaExperimentalFeatureWarning

from bpframe import Array, Batch, EpochFunction, Objective, Parameters, StepPlan, TrainingSet
from bpframe.errors import NotTakenError
from bpframe_fused import kernel
from bpframe_fused.functions import compile_functions


class Workspace:
    """Runs the kernel on a network.

    Parameters
    ----------
    objective : Objective
        The network, the cost and the error of their last layer.

    Raises
    ------
    ValueError
        If a component has no scalar form that can be compiled.
    """

    def __init__(self, objective: Objective) -> None:
        self._parameters = objective.network.parameters
        self._functions = compile_functions(objective)
        self._layers = self._new_layers()
        self._buffers = cache(self._new_buffers)

    @cached_property
    def _targets(self) -> tuple[Array, ...]:
        return self._new_layers()

    def bind_epoch(self, training: TrainingSet, plan: StepPlan) -> EpochFunction:
        """Return the function of `Backprop.bind_epoch`."""
        weight_decay = plan.weight_decay
        if weight_decay is None:
            raise NotTakenError("it takes plain steps, and at most a weight decay")
        inputs = compress(training.x)
        y = np.ascontiguousarray(training.y)
        batch_size = training.batch_size

        def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            self._read()
            failed = self._run(self._layers, inputs, y, order, batch_size, rates, weight_decay)
            write(self._layers, self._parameters)
            return failed

        epoch(np.empty(0, np.int64), np.empty(0))  # compiles, before anybody measures an epoch
        return epoch

    def gradient(self, batch: Batch, out: Parameters) -> None:
        """Write the mean gradient of a mini-batch into `out`: what a step of rate -1 adds to 0."""
        self._read()
        for target in self._targets:
            target.fill(0)
        m = len(batch.x)
        inputs, y = compress(batch.x), np.ascontiguousarray(batch.y)
        failed = self._run(self._targets, inputs, y, np.arange(m), m, np.full(1, -1.0), 0.0)
        write(self._targets, out)
        if failed:
            out.vector.fill(np.nan)

    def _read(self) -> None:
        own = as_blocks(self._layers, self._parameters)
        for layer, block in zip(own, self._parameters.blocks, strict=True):
            layer[:] = block

    def _run(
        self,
        targets: tuple[Array, ...],
        inputs: Any,
        y: Array,
        order: npt.NDArray[np.int64],
        batch_size: int,
        rates: npt.NDArray[np.float64],
        decay: float,
    ) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NumbaExperimentalFeatureWarning)
            failed: int = kernel.steps(
                self._layers,
                targets,
                self._parameters.sizes,
                self._functions,
                self._buffers(batch_size),
                inputs,
                y,
                order,
                batch_size,
                rates,
                decay,
            )
        return failed

    def _new_layers(self) -> tuple[Array, ...]:
        sizes, dtype = self._parameters.sizes, self._parameters.dtype
        first = np.zeros((sizes[0] + 1, padded(sizes[1])), dtype)
        others = pairwise(sizes[1:])
        return first, *(np.zeros((padded(n_out), padded(n_in)), dtype) for n_in, n_out in others)

    def _new_buffers(self, batch_size: int) -> tuple[Any, ...]:
        sizes, dtype = self._parameters.sizes[1:], self._parameters.dtype

        def zeros() -> tuple[Array, ...]:
            return tuple(np.zeros((batch_size, padded(n)), dtype) for n in sizes)

        z, a, delta = zeros(), zeros(), zeros()
        for array, n in zip(a, sizes, strict=True):
            array[:, n] = 1
        # The first layer's gradient is taken off a row at a time, and needs no place.
        products = (np.empty((0, 0), dtype), *map(np.empty_like, self._layers[1:]))
        return z, a, delta, products, np.empty((batch_size, sizes[-1]), dtype)


def padded(n: int) -> int:
    """Return the width of a row of n numbers and a 1: a multiple of the kernel's `LANES`."""
    return -(-(n + 1) // kernel.LANES) * kernel.LANES


def compress(x: Array) -> Any:
    """Return the inputs (m, n_1) that are not zero; short columns fetch sooner."""
    return kernel.compress(x, np.uint16 if x.shape[1] <= 2**16 else np.uint32)


def write(layers: tuple[Array, ...], out: Parameters) -> None:
    """Write the kernel's layers into parameters."""
    for layer, block in zip(as_blocks(layers, out), out.blocks, strict=True):
        block[:] = layer


def as_blocks(layers: tuple[Array, ...], parameters: Parameters) -> list[Array]:
    """Return views of the kernel's layers as [w b], each of the shape of its block."""
    first, *others = layers
    _, *blocks = parameters.blocks
    return [
        first[:, : parameters.sizes[1]].T,
        *(
            layer[: block.shape[0], : block.shape[1]]
            for layer, block in zip(others, blocks, strict=True)
        ),
    ]
