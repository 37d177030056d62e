"""A fully connected network and its forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from numbers import Integral

import numpy as np
import numpy.typing as npt

from bpframe.components import Activation, Array, Initializer
from bpframe.parameters import Parameters
from bpframe.streams import stream


class Network:
    """A fully connected network: z^l = w^l a^(l-1) + b^l, a^l = f(z^l), equation (25).

    Parameters
    ----------
    sizes : sequence of int
        Neurons of each layer, the input first: at least two layers.
    activation : Activation
        f of every layer after the input.
    initializer : Initializer
        The distribution of the first weights and biases.
    output_activation : Activation, optional
        f of the last layer, if it is another one.
    seed : int
        Weights are drawn from the stream ``init`` of this seed.
    dtype : numpy dtype
        float32 or float64.

    Attributes
    ----------
    activations : tuple of Activation
        One for each layer after the input.
    parameters : Parameters
        Weights and biases; training changes them in place.

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation,
        initializer: Initializer,
        *,
        output_activation: Activation | None = None,
        seed: int = 0,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        whole = all(isinstance(size, Integral) for size in sizes)
        if len(sizes) < 2 or not whole or min(sizes) < 1:
            raise ValueError(
                f"the sizes of the layers are {list(sizes)}; there must be at least two layers of "
                "at least one neuron"
            )
        self.sizes = tuple(sizes)
        hidden = len(sizes) - 2
        self.activations = (activation,) * hidden + (output_activation or activation,)
        self.parameters = Parameters(sizes, dtype)
        initializer.fill(self.parameters, stream(seed, "init"))

    def copy(self, dtype: npt.DTypeLike | None = None) -> Network:
        """Return an equal, independent network, in another type if one is given."""
        other = copy(self)
        other.parameters = self.parameters.copy(dtype)
        return other

    def forward(self, x: Array) -> Array:
        """Return the outputs a^L, shape (m, n_L), for inputs of shape (m, n_1).

        Raises
        ------
        ValueError
            If the inputs have another shape.
        """
        if x.ndim != 2 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"the inputs have the shape {x.shape}, not (samples, {self.sizes[0]})")
        passes = ForwardPass(self, len(x))
        return passes(with_ones(x, self.parameters.dtype))


class ForwardPass:
    """The forward pass of m samples, in buffers that are made once.

    The buffers have a row for each neuron, as the book's have, and all arrays here are transposed
    views of them: the column of ones then leaves the activations before it contiguous.

    Parameters
    ----------
    network : Network
        Its parameters are read at each call.
    m : int
        Number of samples.

    Attributes
    ----------
    z : list of arrays, shape (m, n_l)
        Weighted inputs: ``z[i]`` is the book's z^(i+2).
    a : list of arrays, shape (m, n_l)
        Activations of every layer after the input: ``a[i]`` is the book's a^(i+2).
    a_one : list of arrays, shape (m, n_l + 1)
        The inputs of each layer of weights with a last column of ones: ``a_one[i] @ blocks[i].T``
        is ``z[i]``. ``a_one[0]`` is what the pass was called with.
    """

    def __init__(self, network: Network, m: int) -> None:
        sizes, dtype = network.sizes[1:], network.parameters.dtype
        buffers: list[Array] = [np.empty((n, m), dtype) for n in sizes]
        with_one: list[Array] = [np.ones((n + 1, m), dtype) for n in sizes]
        self.z: list[Array] = [buffer.T for buffer in buffers]
        self.a: list[Array] = [buffer[:-1].T for buffer in with_one]
        self.a_one: list[Array] = [np.empty((0, 0), dtype), *(b.T for b in with_one[:-1])]
        self._layers = tuple(
            zip(
                network.parameters.blocks, buffers, network.activations, self.z, self.a, strict=True
            )
        )

    def __call__(self, x_one: Array) -> Array:
        """Run the pass and return a^L, shape (m, n_L), for inputs with ones (m, n_1 + 1)."""
        a_one = self.a_one
        a_one[0] = x_one
        for below, (block, buffer, f, z, a) in zip(a_one, self._layers, strict=True):
            np.dot(block, below.T, out=buffer)
            activations = f(z, a)
            if activations is not a:
                a[...] = activations
        return self.a[-1]


def with_ones(x: Array, dtype: npt.DTypeLike) -> Array:
    """Return a copy of x (m, n) with a last column of ones, shape (m, n + 1)."""
    x_one: Array = np.ones((x.shape[0], x.shape[1] + 1), dtype)
    x_one[:, :-1] = x
    return x_one
