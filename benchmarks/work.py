"""What is trained: networks, mini-batches and data, the same for every contender."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np

from bpframe import Data, Network, Split, stream
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Softplus, Tanh
from bpframe_data import MNIST, Digits
from bpframe_initializers import ScaledNormal

VALIDATION = 10_000
FUNCTIONS = {
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "softplus": Softplus(),
    "relu": ReLU(),
    "linear": Linear(),
    "softmax": Softmax(),
}


@dataclass(frozen=True)
class Work:
    """A network, and how it is trained: by the quadratic cost, or a softmax by the log-likelihood.

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
    hidden, output : str
        The functions of the hidden layers and of the last one: names of `FUNCTIONS`.
    optimizer : str
        "sgd", or "adam" with the numbers of its paper.
    data : str
        "pictures", those of MNIST or arrays of their shape; "digits", small and dense ones; or
        "values", dense inputs and targets that are values.
    dtype : str
        The type of the numbers: "float32" or "float64".
    """

    sizes: tuple[int, ...]
    batch_size: int = 10
    rate: float = 3.0
    samples: int = 50_000
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    optimizer: str = "sgd"
    data: str = "pictures"
    dtype: str = "float32"

    def __str__(self) -> str:
        usual = {"sigmoid", "sgd", "pictures", "float32"}
        words = dict.fromkeys((self.hidden, self.output, self.optimizer, self.data, self.dtype))
        more = "".join(f", {word}" for word in words if word not in usual)
        batch = f"full batch of {self.samples:,}" if self.whole else f"batch {self.batch_size}"
        return f"{list(self.sizes)}, {batch}{more}"

    @property
    def whole(self) -> bool:
        """Whether the one mini-batch of an epoch has all samples."""
        return self.batch_size >= self.samples

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

    def network(self) -> Network:
        """Return the network with the first weights that every contender starts from."""
        hidden, output = FUNCTIONS[self.hidden], FUNCTIONS[self.output]
        return Network(
            self.sizes, hidden, ScaledNormal(), output_activation=output, dtype=np.dtype(self.dtype)
        )

    def load(self, folder: str | None) -> Data:
        """Return the data in the type of the work."""
        if self.data == "pictures":
            data = load(folder, self.samples)
        elif self.data == "digits":
            data = digits(self.samples)
        else:
            data = values(self.sizes, self.samples)
        return data if self.dtype == "float32" else in_type(data, self.dtype)


def in_type(data: Data, dtype: str) -> Data:
    """Return data whose inputs, and targets that are values, have another type."""

    def part(split: Split) -> Split:
        y = split.y.astype(dtype) if data.classes is None else split.y
        return Split(split.x.astype(dtype), y)

    return replace(data, **{name: part(split) for name, split in data.splits().items()})


def digits(samples: int) -> Data:
    """Return as many of the digits of scikit-learn, drawn with replacement."""
    data = Digits().load(stream(0, "split"))
    rows = np.random.default_rng(0).integers(0, len(data.train), samples)
    return replace(data, train=data.train.take(rows))


def values(sizes: tuple[int, ...], samples: int) -> Data:
    """Return dense inputs, and as targets what a network of the same shape gives."""
    rng = np.random.default_rng(0)
    teacher = Network(sizes, Tanh(), ScaledNormal(), output_activation=Linear(), seed=1)

    def part(n: int) -> Split:
        x = rng.standard_normal((n, sizes[0]), np.float32)
        return Split(x, teacher.forward(x))

    return Data("values", part(samples), part(1000), part(1), None)


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
