"""A fully connected network and its forward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.activation import Activation
from bpframe.core.arguments import REAL_NUMBERS, is_whole
from bpframe.core.arrays import Array, with_ones
from bpframe.core.blas import blas_threads
from bpframe.core.initializer import Initializer
from bpframe.core.mixed_activation import with_neurons
from bpframe.core.parameters import Parameters
from bpframe.core.products import product_by
from bpframe.core.returned import wrong_shape
from bpframe.core.streams import stream


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
    neurons : mapping of (int, int) to Activation, optional
        f of single neurons: ``{(2, 3): Tanh()}`` is for the third neuron of layer 2. Layers count
        from 1, the input, and neurons from 1. These functions must be elementwise, and so must
        the function of their layer.
    dropout : float or sequence of float
        The probability that a neuron of a hidden layer is left out while a mini-batch trains: one
        for all of them, or one for each. `forward` leaves none out.
    seed : int
        Weights are drawn from the stream ``init`` of this seed.
    dtype : numpy dtype
        float32 or float64.

    Attributes
    ----------
    dropout : tuple of float
        One for each hidden layer.
    activations : tuple of Activation
        One for each layer after the input.
    parameters : Parameters
        Weights and biases; training changes them in place.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, a neuron does not exist or cannot have a
        function of its own, a dropout is not from 0 to below 1, or a first weight is not finite.
    MemoryError
        If the weights and biases take more memory than the machine has.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation,
        initializer: Initializer,
        *,
        output_activation: Activation | None = None,
        neurons: Mapping[tuple[int, int], Activation] | None = None,
        dropout: float | Sequence[float] = 0.0,
        seed: int = 0,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        if len(sizes) < 2 or not all(map(is_whole, sizes)) or min(sizes) < 1:
            raise ValueError(
                f"the sizes of the layers are {list(sizes)}; there must be at least two layers of "
                "at least one neuron"
            )
        self.sizes = tuple(map(int, sizes))
        hidden = len(self.sizes) - 2
        self.dropout = dropout_rates(dropout, hidden)
        activations = (activation,) * hidden + (output_activation or activation,)
        self.activations = (
            with_neurons(activations, self.sizes, neurons) if neurons else activations
        )
        self.parameters = Parameters(self.sizes, dtype)
        with np.errstate(over="ignore"):
            initializer.initialize(self.parameters, self.activations, stream(seed, "init"))
        if not np.isfinite(self.parameters.vector).all():
            raise ValueError(
                f"the first weights of {type(initializer).__name__} are not all finite numbers in "
                f"{self.parameters.dtype}"
            )

    @classmethod
    def of(
        cls,
        sizes: Sequence[int],
        activations: Sequence[Activation],
        dropout: Sequence[float],
        dtype: npt.DTypeLike,
    ) -> Network:
        """Return a network with one activation for each layer after the input; its weights are 0.

        Parameters
        ----------
        sizes, dropout, dtype
            As of any network.
        activations : sequence of Activation
            Such as another network's `activations`.
        """
        network = object.__new__(cls)
        network.sizes, network.activations = tuple(sizes), tuple(activations)
        network.dropout, network.parameters = tuple(dropout), Parameters(sizes, dtype)
        return network

    def forward(self, x: npt.ArrayLike) -> Array:
        """Return the outputs a^L, shape (m, n_L), for inputs of shape (m, n_1).

        Parameters
        ----------
        x : array or nested lists of real numbers
            A row a sample, also for a single one.

        Raises
        ------
        ValueError
            If the inputs are none, or have another shape.
        """
        inputs = self._inputs(x)
        passes, m = ForwardPass(self, len(inputs)), len(inputs)
        with blas_threads(len(self.parameters.vector), m):
            return passes(with_ones(inputs, self.parameters.dtype))

    def _inputs(self, x: npt.ArrayLike) -> Array:
        expected = f"an array of real numbers of shape (samples, {self.sizes[0]})"
        try:
            array: Array = np.asarray(x)
        except ValueError:
            raise ValueError(
                f"the inputs are rows of several lengths; expected {expected}"
            ) from None
        if array.dtype.kind not in REAL_NUMBERS:
            raise ValueError(f"the inputs are {array.dtype}; expected {expected}")
        if array.ndim != 2 or array.shape[1] != self.sizes[0]:
            raise ValueError(f"the inputs have the shape {array.shape}; expected {expected}")
        return array

    def copy(self, dtype: npt.DTypeLike | None = None) -> Network:
        """Return an independent network with equal parameters, in another type if told so."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other.parameters = self.parameters.copy(dtype)
        return other

    def with_activations(self, activations: Sequence[Activation]) -> Network:
        """Return a network of these activations that has the same parameters, not a copy of them.

        Parameters
        ----------
        activations : sequence of Activation
            One for each layer after the input.
        """
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other.activations = tuple(activations)
        return other

    def __copy__(self) -> Network:
        return self.copy()

    def __repr__(self) -> str:
        functions = [repr(f) for f in self.activations]
        if len(set(functions)) == 1:
            functions = functions[:1]
        return f"Network({list(self.sizes)}, {', '.join(functions)}, {self.parameters.dtype})"


class ForwardPass:
    """The forward pass of m samples, in buffers that are made once.

    The buffers have a row for each neuron, as the book's have, and all arrays here are transposed
    views of them: the column of ones then leaves the activations before it contiguous. What is
    copied or unpickled has buffers of its own, with the same numbers.

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
        self._network, self._m = network, m
        sizes, dtype = network.sizes[1:], network.parameters.dtype
        buffers: list[Array] = [np.empty((n, m), dtype) for n in sizes]
        with_one: list[Array] = [np.ones((n + 1, m), dtype) for n in sizes]
        self.z: list[Array] = [buffer.T for buffer in buffers]
        self.a: list[Array] = [buffer[:-1].T for buffer in with_one]
        self.a_one: list[Array] = [np.empty((0, 0), dtype), *(b.T for b in with_one[:-1])]
        products = [product_by(block, m) for block in network.parameters.blocks]
        self._layers = tuple(
            zip(products, buffers, network.activations, self.z, self.a, with_one, strict=True)
        )

    def __call__(self, x_one: Array) -> Array:
        """Run the pass and return a^L, shape (m, n_L), for inputs with ones (m, n_1 + 1)."""
        self.a_one[0], below = x_one, x_one.T
        for product, buffer, f, z, a, with_one in self._layers:
            product(below, buffer)
            activations = f(z, a)
            if activations is not a:
                # A smaller array would be repeated without a word.
                if np.shape(activations) != a.shape:
                    raise wrong_shape(f, "activations", activations, a.shape)
                a[...] = activations
            below = with_one
        return self.a[-1]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._network, self._m), (self.a_one[0], self.z, self.a)

    def __setstate__(self, state: tuple[Array, list[Array], list[Array]]) -> None:
        self.a_one[0], *layers = state
        for own, given in zip((self.z, self.a), layers, strict=True):
            for buffer, numbers in zip(own, given, strict=True):
                buffer[...] = numbers


def forward_passes(network: Network) -> Callable[[int], ForwardPass]:
    """Return a function that gives the `ForwardPass` of m samples, and makes it once for each m.

    The passes belong to the caller: no two callers share a buffer.
    """
    return cache(partial(ForwardPass, network))


def dropout_rates(dropout: float | Sequence[float], hidden: int) -> tuple[float, ...]:
    """Return the probability that a neuron is left out, for each hidden layer.

    Parameters
    ----------
    dropout : float or sequence of float
        One for all hidden layers, or one for each.
    hidden : int
        How many hidden layers there are.

    Raises
    ------
    ValueError
        If one is below 0, or 1 or more, or there are not as many as layers.
    """
    single = not isinstance(dropout, Sequence | np.ndarray) or isinstance(dropout, str)
    given: Any = dropout
    rates = [given] * max(hidden, 1) if single else list(given)
    for rate in rates:
        if not isinstance(rate, Real) or isinstance(rate, bool) or not 0 <= float(rate) < 1:
            raise ValueError(f"dropout is {dropout}; each must be a number from 0 to below 1")
    if single and not (dropout and not hidden):
        return (float(rates[0]),) * hidden
    if len(rates) != hidden:
        raise ValueError(
            f"dropout is {dropout}, and the number of hidden layers is {hidden}: it is one number "
            "for all of them, or one for each"
        )
    return tuple(map(float, rates))
