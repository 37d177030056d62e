"""The compiled loops: mini-batch steps over the numbers of the inputs that are not zero.

Everything here is compiled by Numba and kept in its cache on the disk, which looks whether the file
of a function has changed, and at no file of another that it calls. The first layer is kept as
[w b]ᵀ, shape (n_in + 1, width), so that an input that is not zero adds one contiguous row to z, or
takes one off. Others are kept as [w b], shape (height, width), for BLAS. Rows and columns are
filled up with zeros to multiples of `LANES`, which vector instructions take without a rest.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe_fused.compiling import compiled, inlined, prefetch

LANES = 16
CACHE_LINE = 64


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
def thin(a: Any, mask: Any, out: Any, m: int) -> None:
    """Set out = m ⊙ a for each of m samples."""
    for s in range(m):
        for j in range(len(mask)):
            out[s, j] = a[s, j] * mask[j]


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
        width), with a 1 behind each sample's a, and delta zero; and targets of a mini-batch.
    samples : tuple
        What `compress` gave for the inputs of all samples; their targets; which of them the
        mini-batches take, one after another; samples of a mini-batch; and a row of masks for each.
    number : int
        That of the mini-batch, from 0.
    """
    layers, sizes, functions, thinned, buffers = network
    inputs, y, _order, _batch_size, masks = samples
    starts, columns, values = inputs
    forwards, pullbacks, output_error = functions
    z, f, a, delta, y_batch = buffers
    last = len(layers) - 1
    rows = rows_of(samples, number)
    fetch(inputs, rows_of(samples, number + 1))
    m = len(rows)
    for layer in range(last + 1):
        if layer > 0:
            np.dot(a[layer - 1][:m], layers[layer].T, out=z[layer][:m])
        else:
            for s in range(m):
                own = slice(starts[rows[s]], starts[rows[s] + 1])
                add_rows(layers[0], columns[own], values[own], z[0][s])
        n, first = sizes[layer + 1], thinned[layer]
        forwards[layer](z[layer], f[layer], m, n)
        if first >= 0:
            thin(f[layer], masks[number, first : first + n], a[layer], m)
    for s in range(m):
        y_batch[s, : y.shape[1]] = y[rows[s]]
    output_error(z[last], f[last], y_batch, delta[last], m, sizes[last + 1])
    if not np.isfinite(delta[last][:m].sum()):
        return False
    for layer in range(last, 0, -1):
        n, below = sizes[layer], layer - 1
        np.dot(delta[layer][:m], layers[layer], out=delta[below][:m])
        first = thinned[below]
        if first >= 0:
            thin(delta[below], masks[number, first : first + n], delta[below], m)
        pullbacks[below](z[below], f[below], delta[below], m, n)
    # An f′ that is not a number makes so the errors of all layers below it.
    return bool(np.isfinite(delta[0][:m].sum()))


@compiled
def plain_steps(
    network: Any, samples: Any, targets: Any, products: Any, rates: Any, decay: float
) -> int:
    """Take a learning rate times each mini-batch's mean gradient off the targets.

    Parameters
    ----------
    network, samples : tuples
        As for `find_errors`.
    targets : tuple of arrays
        What gradients are taken off: the network's layers, for training.
    products : tuple of arrays
        Room for the gradient of each layer; none for the first.
    rates : array of float64, shape (steps,)
        The learning rate of each step.
    decay : float
        Weights shrink by ``rate * decay`` a step.

    Returns
    -------
    int
        0, or the number of the step, from 1, at which a δ^l was not finite; it was not taken.
    """
    starts, columns, values = samples[0]
    sizes, (_z, _f, a, delta, _y) = network[1], network[4]
    for number in range(len(rates)):
        if not find_errors(network, samples, number):
            return number + 1
        rows, rate = rows_of(samples, number), rates[number]
        m = len(rows)
        for layer in range(len(targets) - 1, -1, -1):
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


@inlined
def find_gradients(network: Any, samples: Any, number: int, gradients: Any) -> None:
    """Set the mean gradient of each layer, whose errors `find_errors` has set.

    That of the first must be 0 before, as ``move`` leaves it.
    """
    starts, columns, values = samples[0]
    _z, _f, a, delta, _y = network[4]
    rows = rows_of(samples, number)
    m = len(rows)
    for layer in range(1, len(gradients)):
        scaled = delta[layer][:m]
        scaled *= 1 / m
        np.dot(scaled.T, a[layer - 1][:m], out=gradients[layer])
    scaled = delta[0][:m]
    scaled *= -1 / m
    for s in range(m):
        own = slice(starts[rows[s]], starts[rows[s] + 1])
        subtract_rows(gradients[0], columns[own], values[own], scaled[s])


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
def clear_padding(layer: Any, n_in: int, n_out: int) -> None:
    """Set what fills a layer up to zero again: a step of zeros by zeros may be anything."""
    layer[n_out:] = 0
    layer[:n_out, n_in + 1 :] = 0


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
        find_gradients(network, samples, number, gradients)
        if adds:
            add_penalties(network, gradients, add)
        factor, rate, t = 1.0, rates[number], float(before + number + 1)
        if norm < np.inf:
            length = length_of(gradients)
            if length > norm:
                factor = norm / length
        for layer in range(len(layers)):
            w, n_in, n_out = layers[layer], sizes[layer], sizes[layer + 1]
            if decay != 0:
                shrink(w, layer == 0, n_in, 1 - rate * decay)
            g = gradients[layer].ravel()
            move(w.ravel(), g, remembered[layer], rate, t, factor, bound)
            # That of the first adds to z of neurons that are not there, and to nothing else.
            if layer > 0:
                clear_padding(w, n_in, n_out)
    return 0
