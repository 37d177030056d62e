"""A learning rule that is not the gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Backprop, Batch, ForwardPass, GradientFunction, Objective, Parameters


@dataclass(frozen=True)
class Sign(Backprop):
    """The sign of each component of the gradient: all parameters move at one speed.

    Source: Riedmiller and Braun 1993, "Manhattan learning"; Bernstein et al. 2018, signSGD.
    """

    # It does not promise ∂C/∂w, so nobody compares it with finite differences.
    exact = False

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        weights, f = objective.network.parameters.weights, objective.network.activations
        last = len(weights) - 1

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = ForwardPass(objective.network, len(batch.x))
            a_last = forward(batch.x_one)
            z, a = forward.z, [batch.x, *forward.a]
            delta = objective.output_error(z[last], a_last, batch.y)  # (BP1)
            for layer in range(last, -1, -1):
                out.biases[layer][:] = delta.sum(axis=0)  # (BP3)
                out.weights[layer][:] = delta.T @ a[layer]  # (BP4)
                if layer:
                    grad_a = delta @ weights[layer]
                    delta = f[layer - 1].pullback(grad_a, z[layer - 1], a[layer])  # (BP2)
            np.sign(out.vector, out=out.vector)

        return gradient
