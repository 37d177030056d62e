"""Feedback that knows of each weight only its sign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from bpframe import Batch, GradientFunction, Objective, Parameters
from bpframe_backprop.feedback import FeedbackRule
from bpframe_backprop.full_matrix import backward_pass


class Magnitudes(Enum):
    """The magnitudes |V| of the feedback."""

    uniform = 1
    random = 2


@dataclass(frozen=True)
class SignSymmetry(FeedbackRule):
    """(BP2) with V = |V| ⊙ sign(w^{l+1})ᵀ in place of (w^{l+1})ᵀ: the signs are right, no more.

    Parameters
    ----------
    scale : float
        The magnitudes times √n_{l+1}, greater than 0; with several hidden layers of
        sigmoids, take 4.
    magnitudes : "uniform" or "random"
        All magnitudes alike (the paper's uSF), or drawn anew for each mini-batch, uniformly from 0
        to the same (the paper's brSF).

    Source: Liao, Leibo and Poggio 2016, "How important is weight symmetry in backpropagation?".
    The paper has magnitudes of 1 and keeps the error in bounds by other means (batch
    normalization, "batch Manhattan"); here the scale does it.
    """

    magnitudes: Magnitudes = Magnitudes.uniform

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        transposed = [w.T for w in objective.network.parameters.weights[1:]]
        feedback = [np.empty(w.shape, w.dtype) for w in transposed]
        backward = backward_pass(objective, feedback)

        def gradient(batch: Batch, out: Parameters) -> None:
            for w, v in zip(transposed, feedback, strict=True):
                np.sign(w, out=v)
                v *= self.scale / math.sqrt(w.shape[1])
                if self.magnitudes is Magnitudes.random:
                    v *= rng.random(v.shape)
            backward(batch, out)

        return gradient
