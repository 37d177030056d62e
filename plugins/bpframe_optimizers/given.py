"""Weights and biases that are written down, as those of a worked example are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpframe import Array, Initializer, Parameters


@dataclass(frozen=True)
class Given(Initializer):
    """The weights and biases that you give, layer by layer.

    Parameters
    ----------
    weights_ : list of matrices
        A matrix for each layer after the input, with a row for each of its neurons: w_jk is
        number k of row j (the option is ``initializer.weights``). They must be given.
    biases_ : list of lists, optional
        A list for each layer after the input (the option is ``initializer.biases``); zeros if
        left out.

    Raises
    ------
    ValueError
        If no weights are given, or they are not finite.
    """

    weights_: list[list[list[float]]] = field(default_factory=list)
    biases_: list[list[float]] | None = None

    def __post_init__(self) -> None:
        if not self.weights_:
            raise ValueError(
                "weights must be given: initializer.weights=[[[w11,w12,...],[w21,...]],...], a "
                "matrix for each layer after the input, a row for each neuron"
            )
        rows = [row for matrix in self.weights_ for row in matrix] + (self.biases_ or [])
        if not all(np.isfinite(row).all() for row in rows):
            raise ValueError("a weight or bias is NaN or infinite; all must be finite")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        raise ValueError("given weights are those of a whole network: call fill")

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        """Take over the given numbers.

        Raises
        ------
        ValueError
            If they are not those of a network of these sizes.
        """
        biases = self.biases_ or [[0.0] * len(b) for b in parameters.biases]
        every: list[tuple[str, list[Any], tuple[Array, ...]]] = [
            ("weights", self.weights_, parameters.weights),
            ("biases", biases, parameters.biases),
        ]
        for option, given, views in every:
            shapes, expected = [_shape(numbers) for numbers in given], [v.shape for v in views]
            if shapes != expected:
                raise ValueError(
                    f"initializer.{option} holds arrays of the shapes {shapes}; a network "
                    f"{list(parameters.sizes)} needs {expected}"
                )
            for numbers, view in zip(given, views, strict=True):
                view[:] = numbers


def _shape(numbers: list[Any]) -> tuple[int, ...] | str:
    try:
        return np.shape(numbers)
    except ValueError:
        return "rows of different lengths"
