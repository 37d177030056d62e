"""The base class of a distribution of the first weights and biases."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.component import Component
from bpframe.core.parameters import Parameters


@dataclass(frozen=True)
class Initializer(Component):
    """The distribution of the first weights and biases.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Initializer, Parameters
    >>> @dataclass(frozen=True)
    ... class Uniform(Initializer):
    ...     width: float = 1.0
    ...
    ...     def weights(self, rng, n_in, n_out):
    ...         return rng.uniform(-self.width, self.width, (n_out, n_in))
    >>> parameters = Parameters([3, 2])
    >>> Uniform(0.5).fill(parameters, np.random.default_rng(0))
    >>> bool(abs(parameters.weights[0]).max() <= 0.5), parameters.biases[0].tolist()
    (True, [0.0, 0.0])
    """

    kind: ClassVar[str] = "initializer"

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        """Put the first weights and biases into `parameters`.

        By default the layers get theirs from `weights` and `biases`, one after another from the
        input on. Override it where a layer's must depend on which layer it is.

        Parameters
        ----------
        parameters : Parameters
            To be written into: ``weights[i]`` of shape (n_out, n_in), ``biases[i]`` of (n_out,).
        rng : numpy.random.Generator
            The stream ``init``, for all that is drawn.

        Raises
        ------
        ValueError
            If they do not fit the network.
        """
        for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
            n_out, n_in = weights.shape
            weights[:] = self.weights(rng, n_in, n_out)
            biases[:] = self.biases(rng, n_out)

    def initialize(
        self,
        parameters: Parameters,
        activations: Sequence[Activation],
        rng: np.random.Generator,
    ) -> None:
        """Put the first weights and biases into `parameters`: what a network calls when it is made.

        By default `fill`. Override it where they depend on the activations, too: one for each
        layer after the input.

        Raises
        ------
        ValueError
            If they do not fit the network.
        """
        self.fill(parameters, rng)

    @abstractmethod
    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        """Return the first weights of a layer: floats, shape (n_out, n_in)."""

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        """Return the first biases of a layer: floats, shape (n_out,); zeros unless overridden."""
        return np.zeros(n_out)
