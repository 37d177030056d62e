"""Normal distributions of the first weights that differ in their spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpframe import Activation, Array, Initializer, Parameters, largest_slopes


@dataclass(frozen=True)
class ScaledNormal(Initializer):
    """Weights from N(0, 1/n_in), biases from N(0, 1).

    Source: the book, chapter 3, "Weight initialization": neurons do not start saturated.
    """

    other_names = ("lecun", "lecun_normal")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        weights: Array = rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)
        return weights

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        return rng.standard_normal(n_out)


@dataclass(frozen=True)
class DeepNormal(ScaledNormal):
    """As scaled_normal, but between hidden layers as much wider as f is flatter than f(z) = z.

    What a neuron of a hidden layer sends to the next one is multiplied by 1 / max |f′|, which is 4
    for a sigmoid and 1 for tanh or relu: by (BP2) an error shrinks by w f′ from layer to layer,
    and a deep network of sigmoids would hardly begin to learn. One hidden layer gets what
    scaled_normal gives it.

    Source: Bengio 2012, "Practical recommendations for gradient-based training of deep
    architectures", "weights initialization scaling coefficient": those of sigmoids are 4 times as
    wide as those of tanh.
    """

    def initialize(
        self,
        parameters: Parameters,
        activations: Sequence[Activation],
        rng: np.random.Generator,
    ) -> None:
        super().initialize(parameters, activations, rng)
        between = parameters.weights[1:-1]
        for f, weights in zip(activations, between, strict=False):
            slopes = largest_slopes(f, weights.shape[1], np.float64)
            weights /= np.where(slopes > 0, slopes, 1)


@dataclass(frozen=True)
class Normal(Initializer):
    """Weights and biases from N(0, 1).

    Source: the book, chapter 1, the first network for handwritten digits.
    """

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return rng.standard_normal((n_out, n_in))

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        return rng.standard_normal(n_out)


@dataclass(frozen=True)
class Xavier(Initializer):
    """Weights from N(0, 2/(n_in + n_out)), biases 0.

    Source: Glorot and Bengio 2010, equation (12), as a normal distribution; for tanh and sigmoid.
    """

    other_names = ("glorot", "glorot_normal")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        weights: Array = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
        return weights


@dataclass(frozen=True)
class He(Initializer):
    """Weights from N(0, 2/n_in), biases 0.

    Source: He et al. 2015, equation (10); for rectified linear units.
    """

    other_names = ("kaiming", "kaiming_normal")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        weights: Array = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)
        return weights
