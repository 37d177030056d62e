"""The book's algorithm, one sample after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Backprop, Batch, GradientFunction, Objective, Parameters


@dataclass(frozen=True)
class PerSample(Backprop):
    """Backpropagation sample by sample, (BP1)-(BP4).

    Source: the book, chapter 2, "The backpropagation algorithm".
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        def gradient(batch: Batch, out: Parameters) -> None:
            out.vector.fill(0)
            for x, y in zip(batch.x, batch.y, strict=True):
                add_sample(objective, x, y, out)
            out.vector /= len(batch.x)

        return gradient


def add_sample(objective: Objective, x: Array, y: Array, out: Parameters) -> None:
    """Add ∂C_x/∂w and ∂C_x/∂b of one sample, x (n_1,) and y (n_L,), to `out`."""
    weights, biases = objective.network.parameters.weights, objective.network.parameters.biases
    f = objective.network.activations

    a = [x]
    z = []
    for layer in range(len(weights)):
        z.append(weights[layer] @ a[layer] + biases[layer])
        a.append(f[layer](z[layer]))

    delta = objective.output_error(z[-1], a[-1], y)  # (BP1)
    for layer in reversed(range(len(weights))):
        out.biases[layer][:] += delta  # (BP3)
        out.weights[layer][:] += np.outer(delta, a[layer])  # (BP4)
        if layer:
            grad_a = weights[layer].T @ delta
            delta = f[layer - 1].pullback(grad_a, z[layer - 1], a[layer])  # (BP2)
