"""A network's parameters in the kernel's layout, and the buffers of its mini-batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from bpframe import Array, Batch, Objective, Parameters
from bpframe_fused import kernel
from bpframe_fused.functions import compile_functions, without_mask
from bpframe_fused.tables import Addresses, addresses_of, table_of
from bpframe_fused.vectors import LANES, MOST, in_vectors

# Where at most this share of the inputs is not zero it pays to skip zeros, unless samples of a
# mini-batch and neurons of the first layer are so many that BLAS multiplies faster.
SPARSE, MANY_SAMPLES, MANY_NEURONS = 0.25, 128, 256
# Bytes of the weights of a block of columns.
BLOCK = 2**17


class Samples(NamedTuple):
    """Samples and their mini-batches, see `bpframe_fused.kernel.find_errors`."""

    inputs: Any
    y: Array
    order: npt.NDArray[np.int64]
    batch_size: int
    masks: Array


class Workspace:
    """Runs the kernel on a network.

    Parameters
    ----------
    objective : Objective
        The network, which may be thinned, the cost, which may be weighted, and the error of their
        last layer.

    Attributes
    ----------
    parameters : Parameters
        The network's own.
    layers : tuple of arrays
        The same in the kernel's layout, once they have been read.
    table : array of int64
        Their table, see `bpframe_fused.tables`.

    Raises
    ------
    NotTakenError
        If a component has no form that can be compiled.
    """

    def __init__(self, objective: Objective) -> None:
        self.parameters = objective.network.parameters
        self._functions = compile_functions(objective)
        forwards, pullbacks, output_error = self._functions
        self.layers = self.new_layers()
        self.table = table_of(self.layers)
        self._buffers = cache(self._new_buffers)
        masks = [without_mask(f)[1] for f in objective.network.activations]
        self._masks = [mask for mask in masks if mask is not None]
        ends = np.cumsum([0 if mask is None else len(mask) for mask in masks]).tolist()
        pairs = zip(masks, ends, strict=True)
        self._thinned = np.array([-1 if mask is None else end - len(mask) for mask, end in pairs])
        self._network = (
            self.table,
            np.array(self.parameters.sizes),
            (addresses_of(forwards), addresses_of(pullbacks), output_error.address),
            self._thinned,
        )

    @cached_property
    def _targets(self) -> tuple[tuple[Array, ...], Addresses]:
        layers = self.new_layers()
        return layers, table_of(layers)

    def gradient(self, batch: Batch, out: Parameters) -> None:
        """Write the mean gradient of a mini-batch into `out`: what a step of rate -1 adds to 0."""
        self.read()
        targets, table = self._targets
        for target in targets:
            target.fill(0)
        m = len(batch.x)
        mask = np.concatenate(self._masks) if self._masks else np.empty(0, self.parameters.dtype)
        y = np.ascontiguousarray(batch.y)
        samples = Samples(
            inputs_of(batch.x, m, self.parameters.sizes[1]), y, np.arange(m), m, mask[np.newaxis]
        )
        failed = self.run(kernel.plain_steps, samples, table, np.full(1, -1.0), 0.0)
        write(targets, out)
        if failed:
            out.vector.fill(np.nan)

    def read(self) -> None:
        """Bring the parameters into the kernel's layout."""
        read(self.layers, self.parameters)

    def run(self, steps: Callable[..., int], samples: Samples, *arguments: Any) -> int:
        """Call one of the kernel's functions that take steps."""
        _kept, buffers = self._buffers(samples.batch_size)
        return steps((*self._network, buffers), samples, *arguments)

    def new_layers(self) -> tuple[Array, ...]:
        """Return layers of zeros in the kernel's layout."""
        sizes, dtype = self.parameters.sizes, self.parameters.dtype
        first = aligned((sizes[0] + 1, padded(sizes[1])), dtype)
        others = pairwise(sizes[1:])
        return first, *(aligned((n_out, padded(n_in)), dtype) for n_in, n_out in others)

    def _new_buffers(self, batch_size: int) -> tuple[Any, tuple[Any, ...]]:
        sizes, dtype = self.parameters.sizes[1:], self.parameters.dtype

        def zeros() -> list[Array]:
            return [aligned((batch_size, padded(n)), dtype) for n in sizes]

        z, f, delta = zeros(), zeros(), zeros()
        # What is thinned is kept beside f(z), which f′ may need.
        layers = zip(f, self._thinned, strict=True)
        a = [whole if first < 0 else aligned(whole.shape, dtype) for whole, first in layers]
        for array, n in zip(a, sizes, strict=True):
            array[:, n] = 1
        # Takes memory only where inputs are written into it.
        x_one = np.empty((batch_size, self.parameters.sizes[0] + 1), dtype)
        kept = z, f, a, delta
        return kept, (*map(table_of, kept), x_one, np.zeros_like(z[-1]))


def aligned(shape: tuple[int, int], dtype: np.dtype[np.floating]) -> Array:
    """Return zeros that begin with a cache line: a vector in two of them takes twice as long."""
    size, line = math.prod(shape) * dtype.itemsize, kernel.CACHE_LINE
    room = np.zeros(size + line, np.uint8)
    start = -room.ctypes.data % line
    return room[start : start + size].view(dtype).reshape(shape)


def padded(n: int) -> int:
    """Return the width of a row of n numbers and a 1: a multiple of `LANES`."""
    return int(in_vectors.py_func(n + 1))


def inputs_of(x: Array, batch_size: int, neurons: int) -> tuple[Any, ...]:
    """Return inputs (m, n_1) of a layer of so many neurons in one of two forms.

    As they are: all numbers in one row, and by how many the samples are apart. Or compressed:
    where each sample starts, columns, and values. What belongs to the other form has no numbers.
    """
    none = x[:0]
    is_large = batch_size >= MANY_SAMPLES and neurons >= MANY_NEURONS
    if not is_large and np.count_nonzero(x) <= SPARSE * x.size:
        flat, stride, compressed = none.ravel(), 0, x
    else:
        # Samples with ones behind them are not copied.
        rows = x if x.strides[1] == x.itemsize <= x.strides[0] else np.ascontiguousarray(x)
        stride, compressed = rows.strides[0] // x.itemsize, none
        count = (len(x) - 1) * stride + x.shape[1]
        flat = as_strided(rows, (count,), (x.itemsize,))
    flat.flags.writeable = False  # or it would be of another type where the samples are not
    weights = x.shape[1] * min(neurons, MOST * LANES) * x.itemsize
    blocks = max(1, -(-weights // BLOCK))
    total = np.count_nonzero(compressed)
    starts = np.empty((len(compressed), blocks + 1), np.int64)
    # Short columns fetch sooner.
    columns = np.empty(total, np.uint16 if x.shape[1] <= 2**16 else np.uint32)
    values = np.empty(total, x.dtype)
    kernel.compress(compressed, starts, columns, values)
    return flat, stride, starts, columns, values


def read(layers: tuple[Array, ...], values: Parameters) -> None:
    """Bring parameters into the kernel's layout."""
    for layer, block in zip(as_blocks(layers, values), values.blocks, strict=True):
        layer[:] = block


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
        *(layer[:, : block.shape[1]] for layer, block in zip(others, blocks, strict=True)),
    ]
