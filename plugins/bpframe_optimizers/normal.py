"""Normal distributions of the first weights that differ in their spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Initializer


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
