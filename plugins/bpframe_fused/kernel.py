"""The compiled loops: mini-batch steps over inputs, or only over those that are not zero.

Everything here is compiled by Numba and works without Python's lock. The code is kept in Numba's
cache on the disk, which looks whether the file of a function has changed, and at no file of another
that it calls.

The first layer is kept as [w b]ᵀ, shape (n_in + 1, width), so that an input that is not zero adds
one contiguous row to z, and a δ to one. Others are kept as [w b], shape (n_out, width). Rows are
filled up to multiples of `LANES`, which vector instructions take without a rest. What fills up a
row of weights may become anything, and only z of neurons that are not there depends on it; behind
a there is a 1 and then zeros, behind δ zeros.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe_fused.compiling import add_product, compiled, flat, inlined, prefetch
from bpframe_fused.tables import array_of, call
from bpframe_fused.vectors import ADDITIONS, LANES, MOST, SUMS, in_vectors

# Numba knows no tuple of them.
sum_1, sum_2, sum_3, sum_4 = SUMS
add_1, add_2, add_3, add_4 = ADDITIONS

CACHE_LINE = 64


@compiled
def fetch(inputs: Any, y: Any, row: int) -> None:
    """Have inputs and targets of a sample on their way: random rows wait for the memory."""
    x, stride, starts, columns, values = inputs
    for p in range(row * y.shape[1], (row + 1) * y.shape[1], CACHE_LINE // y.itemsize):
        prefetch(y, p)
    if len(x) > 0:
        for p in range(row * stride, (row + 1) * stride, CACHE_LINE // x.itemsize):
            prefetch(x, p)
        return
    first, last = starts[row, 0], starts[row, -1]
    for p in range(first, last, CACHE_LINE // columns.itemsize):
        prefetch(columns, p)
    for p in range(first, last, CACHE_LINE // values.itemsize):
        prefetch(values, p)


@inlined
def span_of(samples: Any, number: int) -> Any:
    """Return where a mini-batch begins in the order of samples, and how many it has."""
    order, batch_size = samples[2], samples[3]
    first = min(number * batch_size, len(order))
    return first, min(batch_size, len(order) - first)


@compiled
def fetch_next(samples: Any, number: int) -> None:
    """Fetch the samples of the mini-batch behind one."""
    inputs, y, order = samples[0], samples[1], samples[2]
    begin, m = span_of(samples, number + 1)
    for s in range(begin, begin + m):
        fetch(inputs, y, order[s])


@compiled
def compress(x: Any, starts: Any, columns: Any, values: Any) -> None:
    """Write columns and values of the inputs (m, n) that are not zero, row by row.

    The columns are in blocks of equal size. `starts`, shape (m, blocks + 1), tells where the
    inputs of each block of a sample begin, and where its last one ends.
    """
    size = -(-x.shape[1] // (starts.shape[1] - 1))
    p = 0
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            if k % size == 0:
                starts[i, k // size] = p
            if x[i, k] != 0:
                columns[p] = k
                values[p] = x[i, k]
                p += 1
        for block in range(-(-x.shape[1] // size), starts.shape[1]):
            starts[i, block] = p


@compiled
def gather(samples: Any, number: int, x_one: Any) -> None:
    """Copy the inputs of a mini-batch, and put a 1 behind each sample's."""
    x, stride, n, order = samples[0][0], samples[0][1], x_one.shape[1] - 1, samples[2]
    begin, m = span_of(samples, number)
    for s in range(m):
        first = order[begin + s] * stride
        for k in range(n):
            x_one[s, k] = x[first + k]
        x_one[s, n] = 1


@inlined
def over_inputs(samples: Any, number: int, layer: Any, numbers: Any, n: int, changes: bool) -> None:
    """Add w a to the numbers of a mini-batch, z of n neurons, or a δ to w if the layer `changes`.

    Only inputs a that are not zero are looked at: one block of columns after another, whose weights
    then stay in the cache.
    """
    _x, _stride, starts, columns, values = samples[0]
    order, (begin, m), width = samples[2], span_of(samples, number), in_vectors(n)
    for at in range(0, width, MOST * LANES):
        vectors = min(MOST, (width - at) // LANES)
        for block in range(starts.shape[1] - 1):
            for s in range(m):
                row = order[begin + s]
                first, last = starts[row, block], starts[row, block + 1]
                place = s * numbers.shape[1] + at
                if changes:
                    if vectors == 4:
                        add_4(layer, at, columns, values, first, last, numbers, place)
                    elif vectors == 3:
                        add_3(layer, at, columns, values, first, last, numbers, place)
                    elif vectors == 2:
                        add_2(layer, at, columns, values, first, last, numbers, place)
                    else:
                        add_1(layer, at, columns, values, first, last, numbers, place)
                elif vectors == 4:
                    sum_4(layer, at, columns, values, first, last, numbers, place)
                elif vectors == 3:
                    sum_3(layer, at, columns, values, first, last, numbers, place)
                elif vectors == 2:
                    sum_2(layer, at, columns, values, first, last, numbers, place)
                else:
                    sum_1(layer, at, columns, values, first, last, numbers, place)


@compiled
def add_rows(layer: Any, samples: Any, number: int, z: Any, n: int) -> None:
    """Set z = w a + b for the inputs a of a mini-batch that are not zero, of n neurons."""
    b, (_begin, m) = layer[-1], span_of(samples, number)
    for s in range(m):
        for j in range(in_vectors(n)):
            z[s, j] = b[j]
    over_inputs(samples, number, layer, z, n, False)


@compiled
def add_deltas(layer: Any, samples: Any, number: int, delta: Any, n: int) -> None:
    """Add each δ of a mini-batch to the biases, and a δ to the weights, (BP3) and (BP4)."""
    b, (_begin, m) = layer[-1], span_of(samples, number)
    for s in range(m):
        for j in range(in_vectors(n)):
            b[j] += delta[s, j]
    over_inputs(samples, number, layer, delta, n, True)


@compiled
def shrink(layer: Any, is_first: bool, n_in: int, factor: float) -> None:
    """Multiply the weights, not the biases, by a factor."""
    rows, columns = (n_in, layer.shape[1]) if is_first else (layer.shape[0], n_in)
    own = layer.dtype.type(factor)
    for i in range(rows):
        for j in range(columns):
            layer[i, j] *= own


@compiled
def thin(a: Any, mask: Any, out: Any, m: int) -> None:
    """Set out = m ⊙ a for each of m samples."""
    for s in range(m):
        for j in range(len(mask)):
            out[s, j] = a[s, j] * mask[j]


@compiled
def scale(delta: Any, m: int, factor: float) -> None:
    """Multiply the errors of m samples by a factor."""
    own = delta.dtype.type(factor)
    for s in range(m):
        for j in range(delta.shape[1]):
            delta[s, j] *= own


@compiled
def is_finite(delta: Any, m: int) -> bool:
    """Return whether the errors of m samples are, by their sum in whatever order."""
    total = delta.dtype.type(0)
    for s in range(m):
        for j in range(delta.shape[1]):
            total += delta[s, j]
    return bool(np.isfinite(total))


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
        (batch_size, n_1 + 1); and targets of a mini-batch. What there is for each layer is a table,
        see `bpframe_fused.tables`, or an array of whole numbers.
    samples : tuple
        The inputs of all samples, see `bpframe_fused.workspace.inputs_of`; their targets; which
        of them the mini-batches take, one after another; samples of a mini-batch; and a row of
        masks for each.
    number : int
        That of the mini-batch, from 0.
    """
    layers, sizes, functions, thinned, buffers = network
    inputs, y, _order, _batch_size, masks = samples
    x = inputs[0]
    forwards, pullbacks, output_error = functions
    z, f, a, delta, x_one, y_batch = buffers
    last = len(sizes) - 2
    order, (begin, m) = samples[2], span_of(samples, number)
    fetch_next(samples, number)
    for layer in range(last + 1):
        n, n_below = sizes[layer + 1], sizes[layer]
        w, z_own = array_of(layers, layer, y), array_of(z, layer, y)
        f_own = array_of(f, layer, y)
        if layer > 0:
            add_product(1.0, array_of(a, layer - 1, y), w.T, 0.0, z_own, m, n, n_below + 1)
        elif len(x) > 0:
            gather(samples, number, x_one)
            add_product(1.0, x_one, w, 0.0, z_own, m, n, n_below + 1)
        else:
            add_rows(w, samples, number, z_own, n)
        call(forwards[layer], z_own, f_own, m, n)
        first = thinned[layer]
        if first >= 0:
            thin(f_own, masks[number, first : first + n], array_of(a, layer, y), m)
    for s in range(m):
        for j in range(y.shape[1]):
            y_batch[s, j] = y[order[begin + s], j]
    delta_own = array_of(delta, last, y)
    z_last, f_last = array_of(z, last, y), array_of(f, last, y)
    call(output_error, z_last, f_last, y_batch, delta_own, m, sizes[last + 1])
    if not is_finite(delta_own, m):
        return False
    for layer in range(last, 0, -1):
        n, n_above, below = sizes[layer], sizes[layer + 1], layer - 1
        delta_above, delta_own = delta_own, array_of(delta, below, y)
        add_product(1.0, delta_above, array_of(layers, layer, y), 0.0, delta_own, m, n, n_above)
        first = thinned[below]
        if first >= 0:
            thin(delta_own, masks[number, first : first + n], delta_own, m)
        call(pullbacks[below], array_of(z, below, y), array_of(f, below, y), delta_own, m, n)
    # An f′ that is not a number makes so the errors of all layers below it.
    return bool(is_finite(delta_own, m))


@compiled
def plain_steps(network: Any, samples: Any, targets: Any, rates: Any, decay: float) -> int:
    """Take a learning rate times each mini-batch's mean gradient off the targets.

    Parameters
    ----------
    network, samples : tuples
        As for `find_errors`.
    targets : table
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
    sizes, y = network[1], samples[1]
    for number in range(len(rates)):
        if not find_errors(network, samples, number):
            return number + 1
        rate = rates[number]
        if decay != 0:
            for layer in range(len(targets)):
                w = array_of(targets, layer, y)
                shrink(w, layer == 0, sizes[layer], 1 - rate * decay)
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
    x, y = samples[0][0], samples[1]
    _z, _f, a, delta, x_one, _y = network[4]
    _begin, m = span_of(samples, number)
    sizes, part = network[1], factor / m
    for layer in range(1, len(targets)):
        n, n_below = sizes[layer + 1], sizes[layer]
        target, below = array_of(targets, layer, y), array_of(a, layer - 1, y)
        add_product(part, array_of(delta, layer, y).T, below, kept, target, n, n_below + 1, m)
    first, scaled = array_of(targets, 0, y), array_of(delta, 0, y)
    if len(x) > 0:
        add_product(part, x_one.T, scaled, kept, first, sizes[0] + 1, sizes[1], m)
        return
    scale(scaled, m, part)
    add_deltas(first, samples, number, scaled, sizes[1])


@inlined
def add_penalties(network: Any, y: Any, gradients: Any, add: int) -> None:
    """Add to the derivatives of all weights, and not of biases, what depends on each weight."""
    layers, sizes = network[0], network[1]
    for layer in range(len(layers)):
        w, g = array_of(layers, layer, y), array_of(gradients, layer, y)
        n_in, n_out = sizes[layer], sizes[layer + 1]
        if layer == 0:
            end = n_in * w.shape[1]
            call(add, flat(w)[:end], flat(g)[:end])
            for i in range(len(g)):
                for j in range(n_out, g.shape[1]):
                    g[i, j] = 0
        else:
            for j in range(n_out):
                call(add, w[j, :n_in], g[j, :n_in])


@compiled
def length_of(gradients: Any, y: Any) -> float:
    """Return the norm over all weights and biases."""
    total = 0.0
    for layer in range(len(gradients)):
        g = flat(array_of(gradients, layer, y))
        total += np.dot(g, g)
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
    gradients : table
        Room for the gradient of each layer.
    remembered : table
        For each layer what is remembered of its parameters, shape (count, numbers of the layer).
    follow : tuple
        The address of ``add(w, g)``, which adds the derivatives of a penalty, or 0; the largest
        norm of a gradient, and the largest derivative; the address of ``move(w, g, remembered,
        rate, t, factor, bound)``, which takes a step, see `bpframe_fused.moves`; by how much
        ``rate`` weights shrink before each step; and the number of steps before the first.
    rates : array of float64, shape (steps,)
        The learning rate of each step.

    Returns
    -------
    int
        As for `plain_steps`.
    """
    layers, sizes, y = network[0], network[1], samples[1]
    add, norm, bound, move, decay, before = follow
    for number in range(len(rates)):
        if not find_errors(network, samples, number):
            return number + 1
        add_gradients(network, samples, number, 1.0, 0.0, gradients)
        if add:
            add_penalties(network, y, gradients, add)
        factor, rate, t = 1.0, rates[number], float(before + number + 1)
        if norm < np.inf:
            length = length_of(gradients, y)
            if length > norm:
                factor = norm / length
        for layer in range(len(layers)):
            w, g = array_of(layers, layer, y), array_of(gradients, layer, y)
            kept = array_of(remembered, layer, y)
            if decay != 0:
                shrink(w, layer == 0, sizes[layer], 1 - rate * decay)
            call(move, flat(w), flat(g), kept, rate, t, factor, bound)
    return 0
