"""The gradient as a sum over all paths through the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import (
    Backprop,
    Batch,
    GradientFunction,
    Objective,
    Parameters,
    Paths,
    count_paths,
    forward_passes,
)
from bpframe_backprop.work import check_limit, check_work


@dataclass(frozen=True)
class PathSum(Backprop):
    """The sum over all paths of neurons from a weight to the cost, (53), each path by itself.

    Nothing that two paths have in common is computed once for both, so the work grows with the
    product of the sizes of the layers. Backpropagation gives the same sum. A path ends with
    ∂C/∂a^L: a closed form of δ^L has no place, so the gradient vanishes where an output is
    rounded to the end of its range.

    Parameters
    ----------
    max_paths : int
        The most paths, over all weights and biases, that a network may have.

    Raises
    ------
    ValueError
        If max_paths is less than 1, or a network has more paths.

    Source: equation (53) of the book, chapter 2, "Backpropagation: the big picture".
    """

    max_paths: int = 100_000

    def __post_init__(self) -> None:
        check_limit("max_paths", self.max_paths)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network = objective.network
        words = "has {} paths from its weights and biases to its outputs"
        check_work(network, count_paths(network), words, "max_paths", self.max_paths)
        passes = forward_passes(network)

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = passes(len(batch.x))
            forward(batch.x_one)
            paths = Paths(objective, forward, batch.y)
            nothing = np.zeros(len(batch.x), network.parameters.dtype)
            for layer, (w, b) in enumerate(zip(out.weights, out.biases, strict=True), 2):
                for j, k in np.ndindex(w.shape):
                    terms = (path.product for path in paths.of(layer, j + 1, k + 1))
                    w[j, k] = sum(terms, start=nothing).mean()
                for j in range(len(b)):
                    terms = (path.product for path in paths.of(layer, j + 1, None))
                    b[j] = sum(terms, start=nothing).mean()

        return gradient
