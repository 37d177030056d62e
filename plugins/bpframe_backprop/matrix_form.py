"""The backward pass in ordinary matrix products, without ⊙."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Backprop, Batch, GradientFunction, Objective, Parameters, forward_passes


@dataclass(frozen=True)
class MatrixForm(Backprop):
    """Backpropagation sample by sample with the Jacobian Σ′(z) of each layer, (33)-(35).

    Σ′ is diagonal where each output depends on its own z alone, and full for a softmax, in hidden
    layers too. It holds ∂a_j/∂z_k in row j, so what stands here is its transpose; for the book's
    functions they are equal. δ^L is (33) as it stands and never a closed form, so it vanishes
    where an output is rounded to the end of its range.

    Source: the book, chapter 2, "Alternate presentation of the equations of backpropagation".
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network, cost = objective.network, objective.cost
        weights, f = network.parameters.weights, network.activations
        last = len(weights) - 1
        passes = forward_passes(network)

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = passes(len(batch.x))
            grads_a = cost.gradient(forward(batch.x_one), batch.y)
            z, a_one = forward.z, forward.a_one
            out.vector.fill(0)
            for x in range(len(batch.x)):
                delta = f[last].jacobian(z[last][x]).T @ grads_a[x]  # (33)
                for layer in range(last, -1, -1):
                    out.blocks[layer][:] += np.outer(delta, a_one[layer][x])  # (BP3), (BP4)
                    if layer:
                        sigma = f[layer - 1].jacobian(z[layer - 1][x])
                        delta = sigma.T @ (weights[layer].T @ delta)  # (34)
            out.vector /= len(batch.x)

        return gradient
