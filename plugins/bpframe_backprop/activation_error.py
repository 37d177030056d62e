"""The book's other choice of error: the derivative in the activation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Backprop, Batch, GradientFunction, Objective, Parameters, forward_passes


@dataclass(frozen=True)
class ActivationError(Backprop):
    """Backpropagation of ∂C/∂a^l in place of ∂C/∂z^l, the whole mini-batch at once.

    With ε^l = ∂C/∂a^l the equations are: ε^L = ∇_a C; ε^l = (w^{l+1})ᵀ (ε^{l+1} ⊙ f′(z^{l+1}));
    ∂C/∂b^l = ε^l ⊙ f′(z^l); ∂C/∂w^l_jk = a^{l-1}_k ∂C/∂b^l_j. ⊙ f′ is the activation's pullback.
    The first of them needs ∇_a C: a closed form of δ^L has no place, so the gradient vanishes
    where an output is rounded to the end of its range.

    Source: the book, chapter 2, the footnote to the definition (29) of the error.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network, cost = objective.network, objective.cost
        weights, f = network.parameters.weights, network.activations
        passes = forward_passes(network)

        def gradient(batch: Batch, out: Parameters) -> None:
            m = len(batch.x)
            forward = passes(m)
            error = cost.gradient(forward(batch.x_one), batch.y) / m
            for layer in range(len(f) - 1, -1, -1):
                grad_z = f[layer].pullback(error, forward.z[layer], forward.a[layer])
                out.blocks[layer][:] = grad_z.T @ forward.a_one[layer]
                error = grad_z @ weights[layer]

        return gradient
