"""The whole mini-batch as one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bpframe import Array, Backprop, Batch, ForwardPass, GradientFunction, Objective, Parameters


@dataclass(frozen=True)
class FullMatrix(Backprop):
    """Backpropagation of all samples of the mini-batch at once, (BP1)-(BP4) as matrix products.

    Source: the book, chapter 2, "Fully matrix-based approach to backpropagation over a
    mini-batch". Rows are samples here; the column of ones behind the activations makes one
    product give ∂C/∂w and ∂C/∂b together.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        return backward_pass(objective, [w.T for w in objective.network.parameters.weights[1:]])


def backward_pass(objective: Objective, feedback: Sequence[Array]) -> GradientFunction:
    """Return the pass in which ``feedback[i]`` stands in (BP2) where the book has (w^(i+3))ᵀ.

    Parameters
    ----------
    objective : Objective
        The network, the cost and the error of their last layer.
    feedback : sequence of arrays, shape (n_l, n_(l+1))
        What carries the error of a layer to the layer below it, for l from 2 to L - 1. They are
        read at each call.
    """
    network = objective.network
    f, dtype = network.activations, network.parameters.dtype
    last = len(f) - 1

    @cache
    def buffers(m: int) -> tuple[ForwardPass, list[Array], Array]:
        below = [np.empty((n, m), dtype) for n in network.sizes[1:-1]]
        return ForwardPass(network, m), below, np.array(1 / m, dtype)

    def gradient(batch: Batch, out: Parameters) -> None:
        forward, grads_a, mean = buffers(len(batch.x))
        a_last = forward(batch.x_one)
        z, a, a_one = forward.z, forward.a, forward.a_one
        delta = objective.output_error(z[last], a_last, batch.y)  # (BP1)
        # A plugin's own numbers may have made it float64.
        delta = np.asarray(np.multiply(delta, mean, out=delta), dtype)
        for layer in range(last, -1, -1):
            np.dot(delta.T, a_one[layer], out=out.blocks[layer])  # (BP3), (BP4)
            if layer:
                below = layer - 1
                grad_a = np.dot(feedback[below], delta.T, out=grads_a[below]).T
                delta = f[below].pullback(grad_a, z[below], a[below])  # (BP2)
                delta = np.asarray(delta, dtype)

    return gradient
