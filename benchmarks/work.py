"""What is trained: networks, mini-batches and data, the same for every contender."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from bpframe import Data, Network, Split, stream
from bpframe_activations import Sigmoid
from bpframe_data import MNIST
from bpframe_initializers import ScaledNormal

VALIDATION = 10_000


@dataclass(frozen=True)
class Work:
    """Sigmoid layers, quadratic cost, plain SGD.

    Attributes
    ----------
    sizes : tuple of int
        Neurons of each layer.
    batch_size : int
        Samples of a mini-batch.
    rate : float
        The learning rate.
    samples : int
        Samples of an epoch.
    """

    sizes: tuple[int, ...]
    batch_size: int = 10
    rate: float = 3.0
    samples: int = 50_000

    def __str__(self) -> str:
        return f"{list(self.sizes)}, batch {self.batch_size}"

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))

    @property
    def operations(self) -> float:
        """Multiplications and additions of the matrix products of an epoch.

        Two for each weight and sample in z = w a, two in δ aᵀ, and two in wᵀ δ, which the first
        layer of weights does not need.
        """
        first = self.sizes[0] * self.sizes[1]
        return self.samples * (6 * self.parameters - 2 * first)

    def network(self, dtype: type = np.float32) -> Network:
        """Return the network with the first weights that every contender starts from."""
        return Network(self.sizes, Sigmoid(), ScaledNormal(), dtype=dtype)


@cache
def load(folder: str | None, samples: int = 50_000) -> Data:
    """Return MNIST from a folder; without one, arrays of its shape that can be learned.

    The arrays of the second kind have a picture for each class and 81% zeros, as MNIST has.
    """
    if folder:
        data = MNIST(path=folder).load(stream(0, "split"))
        return Data("MNIST", data.train.head(samples), data.validation, data.test, 10)
    rng = np.random.default_rng(0)
    pictures = rng.random((10, 784), np.float32)

    def part(n: int) -> Split:
        y = rng.integers(0, 10, n)
        x = rng.random((n, 784), np.float32)
        x += pictures[y]
        x *= 0.5 * (rng.random(x.shape, np.float32) < 0.19)
        return Split(x, y)

    return Data("synthetic", part(samples), part(VALIDATION), part(1), 10)
