"""Feedback through fixed random matrices, straight from the output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Batch, GradientFunction, Objective, Parameters, forward_passes
from bpframe_backprop.feedback import FeedbackRule


@dataclass(frozen=True)
class DirectFeedbackAlignment(FeedbackRule):
    """The output error by a fixed random B^l to each hidden layer: δ^l = (B^l δ^L) ⊙ f′(z^l).

    It is not the gradient, and no layer waits for the one above it.

    Parameters
    ----------
    scale : float
        Standard deviation of B^l's entries times √n_L, greater than 0.

    Source: Nøkland 2016, "Direct feedback alignment provides learning in deep neural networks".
    B^l is normal here.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network = objective.network
        f, dtype, n_last = network.activations, network.parameters.dtype, network.sizes[-1]
        feedback = [self.draw(n, n_last, rng, dtype) for n in network.sizes[1:-1]]
        passes = forward_passes(network)

        def gradient(batch: Batch, out: Parameters) -> None:
            m = len(batch.x)
            forward = passes(m)
            a_last = forward(batch.x_one)
            z, a, a_one = forward.z, forward.a, forward.a_one
            output_error = objective.output_error(z[-1], a_last, batch.y) / m  # (BP1)
            out.blocks[-1][:] = output_error.T @ a_one[-1]
            for layer, b in enumerate(feedback):
                delta = f[layer].pullback(output_error @ b.T, z[layer], a[layer])
                out.blocks[layer][:] = delta.T @ a_one[layer]  # (BP3), (BP4)

        return gradient
