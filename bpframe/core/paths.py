"""A gradient as the sum over all paths of neurons from a weight to the cost, (53) of the book."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise, product
from operator import getitem, mul
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.data import Batch, make_batch
from bpframe.core.network import ForwardPass, Network
from bpframe.core.objective import Objective

Factor = TypeVar("Factor", float, Array)


class Path(NamedTuple, Generic[Factor]):
    """A path of neurons from a weight to the cost, and its term of (53).

    Attributes
    ----------
    neurons : tuple of int
        The neurons that it goes through, counted from 1: one of the weight's layer first, one of
        the last layer last.
    factors : tuple of float, or of arrays of shape (m,)
        ∂C/∂a^L_m, ∂a^L_m/∂a^(L-1)_n, …, ∂a^(l+1)_q/∂a^l_j, ∂a^l_j/∂w^l_jk, of one sample or of m.
    """

    neurons: tuple[int, ...]
    factors: tuple[Factor, ...]

    @property
    def product(self) -> Factor:
        """The term that the path adds to ∂C_x/∂w^l_jk."""
        return reduce(mul, self.factors)

    def of_sample(self: Path[Array], x: int) -> Path[float]:
        """Return the path with the factors of one sample, counted from 0, as plain numbers."""
        return Path(self.neurons, tuple(float(factor[x]) for factor in self.factors))


class Paths:
    """The paths of a network on a mini-batch, and the derivatives that are multiplied along them.

    A path ends with ∂C/∂a^L, so a closed form of δ^L has no place in it.

    Parameters
    ----------
    objective : Objective
        The network and the cost.
    forward : ForwardPass
        Of the mini-batch, done. Its numbers are taken as they are now.
    y : array, shape (m, n_L)
        The targets.
    """

    def __init__(self, objective: Objective, forward: ForwardPass, y: Array) -> None:
        network = objective.network
        self._sizes, self._activations = network.sizes, network.activations
        sigma = [jacobians(f, z) for f, z in zip(network.activations, forward.z, strict=True)]
        cost = objective.cost.gradient(forward.a[-1], y).T
        self._cost = dict(enumerate(cost, 1))  # ∂C/∂a^L_m of m
        self._links = [  # ∂a^(l+1)_q/∂a^l_p of (p, q)
            _by_neurons(np.einsum("qkm,kp->qpm", s, w))
            for s, w in zip(sigma[1:], network.parameters.weights[1:], strict=True)
        ]
        self._starts = sigma  # ∂a^l_p/∂z^l_j
        self._inputs = [a_one.T.copy() for a_one in forward.a_one]  # ∂z^l_j/∂w^l_jk, 1 for a bias

    @classmethod
    def of_batch(cls, objective: Objective, batch: Batch) -> Paths:
        """Return the paths on a mini-batch, with a forward pass of their own."""
        forward = ForwardPass(objective.network, len(batch.x))
        forward(batch.x_one)
        return cls(objective, forward, batch.y)

    def of(self, layer: int, j: int, k: int | None) -> Iterator[Path[Array]]:
        """Yield each path of the weight w^l_jk, or of the bias b^l_j.

        The products of the paths add up to ∂C_x/∂w^l_jk. Where an output of layer l depends on
        every z of the layer, as a softmax's does, paths begin at each of its neurons.

        Parameters
        ----------
        layer : int
            l, which the weight leads to, from 2 to L.
        j, k : int
            The neurons of layer l and of the layer before that it joins, counted from 1; a k of
            None stands for the bias of neuron j.

        Raises
        ------
        ValueError
            If the network has no such weight.
        """
        sizes = self._sizes
        found = 2 <= layer <= len(sizes) and 1 <= j <= sizes[layer - 1]
        if not found or (k is not None and not 1 <= k <= sizes[layer - 2]):
            raise ValueError(
                f"there is no weight from neuron {k} to neuron {j} of layer {layer} in a network "
                f"{list(sizes)}; layers and neurons count from 1, and the input is layer 1"
            )
        # The lists and arrays count from 0, and the first of them are layer 2's.
        i, column = layer - 2, -1 if k is None else k - 1
        links, in_weight = self._links[i:], self._inputs[i][column]
        starts = {p: start * in_weight for p, start in enumerate(self._starts[i][:, j - 1], 1)}
        first = [j] if self._activations[i].elementwise else starts
        for neurons in product(first, *(range(1, n + 1) for n in sizes[layer:])):
            climbing = map(getitem, links, pairwise(neurons))
            factors = (self._cost[neurons[-1]], *reversed([*climbing]), starts[neurons[0]])
            yield Path(neurons, factors)


def weight_paths(
    objective: Objective, x: Array, y: Array, layer: int, j: int, k: int | None
) -> Iterator[Path[float]]:
    """Yield each path of a weight or a bias for one sample, with factors that are plain numbers.

    Parameters
    ----------
    objective : Objective
        The network and the cost.
    x, y : arrays, shape (n_1,) and (n_L,)
        The sample.
    layer, j, k
        The weight, see `Paths.of`.

    Raises
    ------
    ValueError
        If the network has no such weight.
    """
    batch = make_batch(x[np.newaxis], y[np.newaxis], objective.network.parameters.dtype)
    for path in Paths.of_batch(objective, batch).of(layer, j, k):
        yield path.of_sample(0)


def count_paths(network: Network) -> int:
    """Return how many paths all weights and biases of a network have."""
    paths, above = 0, 1
    for block, f in zip(network.parameters.blocks[::-1], network.activations[::-1], strict=True):
        n = len(block)
        paths += block.size * (1 if f.elementwise else n) * above
        above *= n
    return paths


def jacobians(f: Activation, z: Array) -> Array:
    """Return Σ′(z) of each sample: ∂a_q/∂z_j, shape (n, n, m), for weighted inputs (m, n).

    The samples come last, so that what stands for one derivative is an array (m,).
    """
    return np.stack([f.jacobian(row) for row in z], axis=-1)


def _by_neurons(links: Array) -> dict[tuple[int, ...], Array]:
    """Return the derivatives of an array (n_q, n_p, m) by p and q, counted from 1."""
    return {(p + 1, q + 1): links[q, p] for q, p in np.ndindex(links.shape[:2])}
