"""The compiled loops: mini-batch steps over inputs, or only over those that are not zero.

Everything here is compiled by Numba and works without Python's lock. The code is kept in Numba's
cache on the disk, which looks whether the file of a function has changed, and at no file of another
that it calls.

The first layer is kept as [w b]ᵀ, shape (n_in + 1, width), so that an input that is not zero adds
one contiguous row to z, or takes one off. Others are kept as [w b], shape (n_out, width). Rows are
filled up to multiples of `LANES`, which vector instructions take without a rest. What fills up a
row of weights may become anything, and only z of neurons that are not there depends on it; behind
a there is a 1 and then zeros, behind δ zeros.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe_fused.compiling import add_product, compiled, inlined, prefetch

LANES = 16
CACHE_LINE = 64


@compiled
def fetch(inputs: Any, rows: Any) -> None:
    """Have the inputs of the next mini-batch on their way: random rows wait for the memory."""
    x, stride, starts, columns, values = inputs
    if len(x) > 0:
        for row in rows:
            for p in range(row * stride, (row + 1) * stride, CACHE_LINE // x.itemsize):
                prefetch(x, p)
        return
    for row in rows:
        for p in range(starts[row], starts[row + 1], CACHE_LINE // columns.itemsize):
            prefetch(columns, p)
        for p in range(starts[row], starts[row + 1], CACHE_LINE // values.itemsize):
            prefetch(values, p)


@compiled
def compress(x: Any, columns: Any, values: Any) -> None:
    """Write the columns and the values of the inputs (m, n) that are not zero, row by row."""
    p = 0
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            if x[i, k] != 0:
                columns[p] = k
                values[p] = x[i, k]
                p += 1


@compiled
def gather(x: Any, stride: int, rows: Any, x_one: Any) -> None:
    """Copy the inputs of a mini-batch, and put a 1 behind each sample's."""
    n = x_one.shape[1] - 1
    for s in range(len(rows)):
        first = rows[s] * stride
        for k in range(n):
            x_one[s, k] = x[first + k]
        x_one[s, n] = 1


@compiled
def add_rows(layer: Any, columns: Any, values: Any, z: Any) -> None:
    """Set z = w a + b of one sample, for the inputs a that are not zero."""
    b = layer[-1]
    for j in range(len(z)):
        z[j] = b[j]
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
    rows, columns = (n_in, layer.shape[1]) if is_first else (layer.shape[0], n_in)
    for i in range(rows):
        for j in range(columns):
            layer[i, j] *= factor


@compiled
def thin(a: Any, mask: Any, out: Any, m: int) -> None:
    """Set out = m ⊙ a for each of m samples."""
    for s in range(m):
        for j in range(len(mask)):
            out[s, j] = a[s, j] * mask[j]


@compiled
def is_finite(delta: Any, m: int) -> bool:
    """Return whether the errors of m samples are, by their sum in whatever order."""
    total = delta.dtype.type(0)
    for s in range(m):
        for j in range(delta.shape[1]):
            total += delta[s, j]
    return bool(np.isfinite(total))


@inlined
def rows_of(samples: Any, number: int) -> Any:
    """Return which samples a mini-batch takes."""
    _inputs, _y, order, batch_size, _masks = samples
    return order[number * batch_size : (number + 1) * batch_size]


@inlined
def find_errors(network: Any, samples: Any, number: int) -> bool:
    """Set z, a and δ of all layers for a mini-batch; return whether the errors are finite.

    Parameters
    ----------
    network : tuple
        The ``layers`` that gradients are computed from; the sizes n_1, …, n_L; the functions, see
        `bpframe_fused.functions.Functions`; for each layer after the input the column of `masks`
        where its mask begins, or -1; and the buffers. These are for each layer after the input
        ``z``, ``f`` = f(z), ``a`` (the same, or thinned) and ``delta``, of the shape (batch_size,
        width); room for inputs of a mini-batch with a 1 behind each sample's, shape
        (batch_size, n_1 + 1); and targets of a mini-batch.
    samples : tuple
        The inputs of all samples, see `bpframe_fused.workspace.inputs_of`; their targets; which
        of them the mini-batches take, one after another; samples of a mini-batch; and a row of
        masks for each.
    number : int
        That of the mini-batch, from 0.
    """
    layers, sizes, functions, thinned, buffers = network
    inputs, y, _order, _batch_size, masks = samples
    x, stride, starts, columns, values = inputs
    forwards, pullbacks, output_error = functions
    z, f, a, delta, x_one, y_batch = buffers
    last = len(layers) - 1
    rows = rows_of(samples, number)
    fetch(inputs, rows_of(samples, number + 1))
    m = len(rows)
    for layer in range(last + 1):
        n, n_below = sizes[layer + 1], sizes[layer]
        if layer > 0:
            below = a[layer - 1]
            add_product(1.0, below, layers[layer].T, 0.0, z[layer], m, n, n_below + 1)
        elif len(x) > 0:
            gather(x, stride, rows, x_one)
            add_product(1.0, x_one, layers[0], 0.0, z[0], m, n, n_below + 1)
        else:
            for s in range(m):
                own = slice(starts[rows[s]], starts[rows[s] + 1])
                add_rows(layers[0], columns[own], values[own], z[0][s])
        first = thinned[layer]
        forwards[layer](z[layer], f[layer], m, n)
        if first >= 0:
            thin(f[layer], masks[number, first : first + n], a[layer], m)
    for s in range(m):
        for j in range(y.shape[1]):
            y_batch[s, j] = y[rows[s], j]
    output_error(z[last], f[last], y_batch, delta[last], m, sizes[last + 1])
    if not is_finite(delta[last], m):
        return False
    for layer in range(last, 0, -1):
        n, below = sizes[layer], layer - 1
        n_above = sizes[layer + 1]
        add_product(1.0, delta[layer], layers[layer], 0.0, delta[below], m, n, n_above)
        first = thinned[below]
        if first >= 0:
            thin(delta[below], masks[number, first : first + n], delta[below], m)
        pullbacks[below](z[below], f[below], delta[below], m, n)
    # An f′ that is not a number makes so the errors of all layers below it.
    return bool(is_finite(delta[0], m))


@compiled
def plain_steps(network: Any, samples: Any, targets: Any, rates: Any, decay: float) -> int:
    """Take a learning rate times each mini-batch's mean gradient off the targets.

    Parameters
    ----------
    network, samples : tuples
        As for `find_errors`.
    targets : tuple of arrays
        What gradients are taken off: the network's layers, for training.
    rates : array of float64, shape (steps,)
        The learning rate of each step.
    decay : float
        Weights shrink by ``rate * decay`` a step.

    Returns
    -------
    int
        0, or the number of the step, from 1, at which a δ^l was not finite; it was not taken.
    """
    sizes = network[1]
    for number in range(len(rates)):
        if not find_errors(network, samples, number):
            return number + 1
        rate = rates[number]
        if decay != 0:
            for layer in range(len(targets)):
                shrink(targets[layer], layer == 0, sizes[layer], 1 - rate * decay)
        add_gradients(network, samples, number, -rate, 1.0, targets)
    return 0


@inlined
def add_gradients(
    network: Any, samples: Any, number: int, factor: float, kept: float, targets: Any
) -> None:
    """Add a factor times the mean gradient of each layer, whose errors `find_errors` has set.

    Of what is in the targets before, `kept` is 1 or 0; that of the first must be 0 then, as
    ``move`` leaves it.
    """
    x, _stride, starts, columns, values = samples[0]
    _z, _f, a, delta, x_one, _y = network[4]
    rows = rows_of(samples, number)
    m = len(rows)
    sizes, part = network[1], factor / m
    for layer in range(1, len(targets)):
        n, n_below = sizes[layer + 1], sizes[layer]
        target, below = targets[layer], a[layer - 1]
        add_product(part, delta[layer].T, below, kept, target, n, n_below + 1, m)
    if len(x) > 0:
        add_product(part, x_one.T, delta[0], kept, targets[0], sizes[0] + 1, sizes[1], m)
        return
    scaled = delta[0]
    for s in range(m):
        for j in range(scaled.shape[1]):
            scaled[s, j] *= -part
        own = slice(starts[rows[s]], starts[rows[s] + 1])
        subtract_rows(targets[0], columns[own], values[own], scaled[s])


@inlined
def add_penalties(network: Any, gradients: Any, add: Any) -> None:
    """Add to the derivatives of all weights, and not of biases, what depends on each weight."""
    layers, sizes = network[0], network[1]
    for layer in range(len(layers)):
        w, g, n_in, n_out = layers[layer], gradients[layer], sizes[layer], sizes[layer + 1]
        width = w.shape[1]
        if layer == 0:
            add(w.ravel()[: n_in * width], g.ravel()[: n_in * width])
            g[:, n_out:] = 0
        else:
            for j in range(n_out):
                add(w[j, :n_in], g[j, :n_in])


@compiled
def length_of(gradients: Any) -> float:
    """Return the norm over all weights and biases."""
    total = 0.0
    for g in gradients:
        total += np.dot(g.ravel(), g.ravel())
    return math.sqrt(total)


@compiled
def dense_steps(
    network: Any, samples: Any, gradients: Any, remembered: Any, follow: Any, rates: Any
) -> int:
    """Take steps that change every parameter by its derivative, and by what is remembered of it.

    Parameters
    ----------
    network, samples : tuples
        As for `find_errors`.
    gradients : tuple of arrays
        Room for the gradient of each layer.
    remembered : tuple of arrays
        For each layer what is remembered of its parameters, shape (count, numbers of the layer).
    follow : tuple
        Whether there is a penalty; ``add(w, g)``, which adds its derivatives; the
        largest norm of a gradient, and the largest derivative; ``move(w, g, remembered, rate, t,
        factor, bound)``, which takes a step, see `bpframe_fused.moves`; by how much ``rate``
        weights shrink before each step; and the number of steps before the first.
    rates : array of float64, shape (steps,)
        The learning rate of each step.

    Returns
    -------
    int
        As for `plain_steps`.
    """
    layers, sizes = network[0], network[1]
    adds, add, norm, bound, move, decay, before = follow
    for number in range(len(rates)):
        if not find_errors(network, samples, number):
            return number + 1
        add_gradients(network, samples, number, 1.0, 0.0, gradients)
        if adds:
            add_penalties(network, gradients, add)
        factor, rate, t = 1.0, rates[number], float(before + number + 1)
        if norm < np.inf:
            length = length_of(gradients)
            if length > norm:
                factor = norm / length
        for layer in range(len(layers)):
            w, g = layers[layer], gradients[layer]
            if decay != 0:
                shrink(w, layer == 0, sizes[layer], 1 - rate * decay)
            move(w.ravel(), g.ravel(), remembered[layer], rate, t, factor, bound)
    return 0
