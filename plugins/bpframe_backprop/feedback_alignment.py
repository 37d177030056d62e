"""Feedback through fixed random matrices, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bpframe import GradientFunction, Objective
from bpframe_backprop.feedback import FeedbackRule
from bpframe_backprop.full_matrix import backward_pass


@dataclass(frozen=True)
class FeedbackAlignment(FeedbackRule):
    """(BP2) with a fixed random B^l in place of (w^{l+1})ᵀ: δ^l = (B^l δ^{l+1}) ⊙ f′(z^l).

    It is not the gradient; learning turns the weights until B^l leads downhill.

    Parameters
    ----------
    scale : float
        Standard deviation of B^l's entries times √n_{l+1}, greater than 0; with several
        hidden layers of sigmoids, take 4.

    Source: Lillicrap, Cownden, Tweed and Akerman 2016, "Random synaptic feedback weights support
    error backpropagation for deep learning". B^l is normal here.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        sizes, dtype = objective.network.sizes[1:], objective.network.parameters.dtype
        return backward_pass(
            objective, [self.draw(*shape, rng, dtype) for shape in pairwise(sizes)]
        )
