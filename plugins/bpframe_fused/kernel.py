"""The compiled loops: mini-batch steps over the numbers of the inputs that are not zero.

Everything here is compiled by Numba and kept in its cache on the disk. The first layer is kept as
[w b]ᵀ, shape (n_in + 1, width), so that an input that is not zero adds one contiguous row to z, or
takes one off. Others are kept as [w b], shape (height, width), for BLAS. Rows and columns are
filled up with zeros to multiples of `LANES`, which vector instructions take without a rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16
CACHE_LINE = 64

# Products may be fused with sums and sums reordered. NaN and infinity keep their meaning, so that
# a training that diverges is seen.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract", "reassoc"}}


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call, and keep the code where there is a place for it."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # neither this folder nor the user's cache can be written to
        return njit(**OPTIONS)(function)


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask the processor for the cache line that holds ``array[index]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(array)(context, builder, arguments[0])
        item = builder.gep(view.data, [arguments[1]])
        address, word = builder.bitcast(item, ir.IntType(8).as_pointer()), ir.IntType(32)
        # To be read, kept in every cache, data.
        how = [word(0), word(3), word(1)]
        kind = ir.FunctionType(ir.VoidType(), [address.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, *how])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@compiled
def fetch(inputs: Any, rows: Any) -> None:
    """Have the inputs of the next mini-batch on their way: random rows wait for the memory."""
    starts, columns, values = inputs
    for row in rows:
        for p in range(starts[row], starts[row + 1], CACHE_LINE // columns.itemsize):
            prefetch(columns, p)
        for p in range(starts[row], starts[row + 1], CACHE_LINE // values.itemsize):
            prefetch(values, p)


@compiled
def compress(x: Any, column: Any) -> Any:
    """Return the inputs (m, n) that are not zero: where each row starts, columns and values.

    `column` is the type of whole numbers that holds the columns.
    """
    starts = np.zeros(len(x) + 1, np.int64)
    for i in range(len(x)):
        starts[i + 1] = starts[i] + np.count_nonzero(x[i])
    columns = np.empty(starts[-1], column)
    values = np.empty(starts[-1], x.dtype)
    p = 0
    for i in range(len(x)):
        for k in range(x.shape[1]):
            if x[i, k] != 0:
                columns[p] = k
                values[p] = x[i, k]
                p += 1
    return starts, columns, values


@compiled
def add_rows(layer: Any, columns: Any, values: Any, z: Any) -> None:
    """Set z = w a + b of one sample, for the inputs a that are not zero."""
    z[:] = layer[-1]
    p = 0
    # Four rows at a time, so that z is read and written a quarter as often.
    while p + 4 <= len(columns):
        w0, w1 = layer[columns[p]], layer[columns[p + 1]]
        w2, w3 = layer[columns[p + 2]], layer[columns[p + 3]]
        a0, a1, a2, a3 = values[p], values[p + 1], values[p + 2], values[p + 3]
        for j in range(len(z)):
            z[j] += a0 * w0[j] + a1 * w1[j] + a2 * w2[j] + a3 * w3[j]
        p += 4
    for q in range(p, len(columns)):
        w, a = layer[columns[q]], values[q]
        for j in range(len(z)):
            z[j] += a * w[j]


@compiled
def subtract_rows(layer: Any, columns: Any, values: Any, delta: Any) -> None:
    """Take δ off the biases and a δ off the weights of one sample, (BP3) and (BP4)."""
    b = layer[-1]
    for j in range(len(delta)):
        b[j] -= delta[j]
    for p in range(len(columns)):
        w, a = layer[columns[p]], values[p]
        for j in range(len(delta)):
            w[j] -= a * delta[j]


@compiled
def shrink(layer: Any, is_first: bool, n_in: int, factor: float) -> None:
    """Multiply the weights, not the biases, by a factor."""
    if is_first:
        layer[:n_in] *= factor
    else:
        layer[:, :n_in] *= factor


@compiled
def steps(
    layers: Any,
    targets: Any,
    sizes: Any,
    functions: Any,
    buffers: Any,
    inputs: Any,
    y: Any,
    order: Any,
    batch_size: int,
    rates: Any,
    decay: float,
) -> int:
    """Take a learning rate times each mini-batch's mean gradient off the targets.

    Parameters
    ----------
    layers, targets : tuples of arrays
        What gradients are computed from, and what they are taken off; the same for training.
    sizes : tuple of int
        n_1, …, n_L.
    functions : tuple
        See `bpframe_fused.functions.Functions`.
    buffers : tuple
        For each layer after the input ``z``, ``a`` and ``delta`` of the shape (batch_size,
        width), with a 1 behind each sample's a, and delta zero; arrays of the layers' shapes; and
        targets of a mini-batch.
    inputs : tuple of arrays
        What `compress` gave for the inputs of all samples.
    y : array, shape (n, n_L)
        The targets of all samples.
    order : array of int
        Which samples the mini-batches take, one after another.
    batch_size : int
        Samples of a mini-batch.
    rates : array of float64, shape (steps,)
        The learning rate of each step.
    decay : float
        Weights shrink by ``rate * decay`` a step.

    Returns
    -------
    int
        0, or the number of the step, from 1, at which a δ^l was not finite; it was not taken.
    """
    starts, columns, values = inputs
    forwards, pullbacks, output_error = functions
    z, a, delta, products, y_batch = buffers
    last = len(layers) - 1
    for number in range(-(-len(order) // batch_size)):
        first = number * batch_size
        end = first + batch_size
        rows = order[first:end]
        fetch(inputs, order[end : end + batch_size])
        m = len(rows)
        rate = rates[number]
        for layer in range(last + 1):
            if layer > 0:
                np.dot(a[layer - 1][:m], layers[layer].T, out=z[layer][:m])
            else:
                for s in range(m):
                    own = slice(starts[rows[s]], starts[rows[s] + 1])
                    add_rows(layers[0], columns[own], values[own], z[0][s])
            forwards[layer](z[layer], a[layer], m, sizes[layer + 1])
        for s in range(m):
            y_batch[s] = y[rows[s]]
        output_error(z[last], a[last], y_batch, delta[last], m, sizes[last + 1])
        if not np.isfinite(delta[last][:m].sum()):
            return number + 1
        for layer in range(last, 0, -1):
            n_in, below = sizes[layer], layer - 1
            np.dot(delta[layer][:m], layers[layer], out=delta[below][:m])
            delta[below][:m, n_in:] = 0
            pullbacks[below](z[below], a[below], delta[below], m, n_in)
        # An f′ that is not a number makes so the errors of all layers below it.
        if not np.isfinite(delta[0][:m].sum()):
            return number + 1
        for layer in range(last, -1, -1):
            if decay != 0:
                shrink(targets[layer], layer == 0, sizes[layer], 1 - rate * decay)
            scaled = delta[layer][:m]
            scaled *= rate / m
            if layer > 0:
                np.dot(scaled.T, a[layer - 1][:m], out=products[layer])
                target, product = targets[layer], products[layer]
                target -= product
            else:
                for s in range(m):
                    own = slice(starts[rows[s]], starts[rows[s] + 1])
                    subtract_rows(targets[0], columns[own], values[own], scaled[s])
    return 0
