"""The chain rule applied anew for each weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import (
    Array,
    Backprop,
    Batch,
    ForwardPass,
    GradientFunction,
    Network,
    Objective,
    Parameters,
    forward_passes,
    jacobians,
)
from bpframe_backprop.work import check_limit, check_work


@dataclass(frozen=True)
class ChainRule(Backprop):
    """The chain rule from the cost down to each weight, anew: no δ^l is kept for another weight.

    ∂C/∂z^l_j = Σ_q ∂a^l_q/∂z^l_j Σ_i w^{l+1}_iq ∂C/∂z^{l+1}_i asks for every error of the layer
    above, and each of them for every error above it: the work is exponential in the depth.
    Backpropagation is the same recursion with each δ^l kept, which is dynamic programming. The
    recursion ends with ∂C/∂a^L: a closed form of δ^L has no place, so the gradient vanishes where
    an output is rounded to the end of its range.

    Parameters
    ----------
    max_operations : int
        The most multiplications for a sample that a network may need.

    Raises
    ------
    ValueError
        If max_operations is less than 1, or a network needs more.

    Source: the book, chapter 2, (36)-(45), the proof of (BP1)-(BP4) by the chain rule, and "In
    what sense is backpropagation a fast algorithm?".
    """

    max_operations: int = 200_000

    def __post_init__(self) -> None:
        check_limit("max_operations", self.max_operations)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network = objective.network
        words, work = "needs {} multiplications a sample", count_operations(network)
        check_work(network, work, words, "max_operations", self.max_operations)
        passes = forward_passes(network)

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = passes(len(batch.x))
            grad_a = objective.cost.gradient(forward(batch.x_one), batch.y).T
            chain = Chain(network, forward, grad_a)
            for layer, block in enumerate(out.blocks):
                for j, k in np.ndindex(block.shape):
                    a_k = forward.a_one[layer][:, k]
                    block[j, k] = (chain.in_z(layer, j) * a_k).mean()

        return gradient


class Chain:
    """The recursion; layers and neurons are counted from 0, and layer 0 is the book's layer 2.

    Parameters
    ----------
    network : Network
        Its weights are read.
    forward : ForwardPass
        Of the mini-batch, done.
    grad_a : array, shape (n_L, m)
        ∂C/∂a^L.
    """

    def __init__(self, network: Network, forward: ForwardPass, grad_a: Array) -> None:
        self._f, self._w, self._grad_a = network.activations, network.parameters.weights, grad_a
        self._nothing = np.zeros_like(grad_a[0])
        self._sigma = [jacobians(f, z) for f, z in zip(self._f, forward.z, strict=True)]

    def in_z(self, layer: int, j: int) -> Array:
        """Return ∂C/∂z of a neuron, shape (m,)."""
        sigma = self._sigma[layer]
        reached = [j] if self._f[layer].elementwise else range(len(sigma))
        terms = (sigma[q, j] * self.in_a(layer, q) for q in reached)
        grad_z: Array = sum(terms, start=self._nothing)
        return grad_z

    def in_a(self, layer: int, q: int) -> Array:
        """Return ∂C/∂a of a neuron, shape (m,)."""
        above = layer + 1
        if above == len(self._w):
            grad_a: Array = self._grad_a[q]
        else:
            terms = (w * self.in_z(above, i) for i, w in enumerate(self._w[above][:, q]))
            grad_a = sum(terms, start=self._nothing)
        return grad_a


def count_operations(network: Network) -> int:
    """Return how many multiplications a sample takes."""
    operations = in_a = 0
    for block, f in zip(network.parameters.blocks[::-1], network.activations[::-1], strict=True):
        n = len(block)
        in_z = (1 if f.elementwise else n) * (1 + in_a)
        operations += block.size * (in_z + 1)
        in_a = n * (1 + in_z)
    return operations
