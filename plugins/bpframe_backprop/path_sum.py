"""The gradient as a sum over all paths through the network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial, reduce
from itertools import product
from operator import mul
from typing import NamedTuple

import numpy as np

from bpframe import (
    Array,
    Backprop,
    Batch,
    ForwardPass,
    GradientFunction,
    Network,
    Objective,
    Parameters,
    with_ones,
)
from bpframe_backprop.jacobians import jacobians


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
        if self.max_paths < 1:
            raise ValueError(f"max_paths is {self.max_paths}; it must be 1 or more")

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network = objective.network
        paths = count_paths(network)
        if paths > self.max_paths:
            raise ValueError(
                f"a network {list(network.sizes)} has {paths:,} paths from its weights and biases "
                f"to its outputs; max_paths allows {self.max_paths:,}. Take smaller layers or "
                "fewer of them, or raise max_paths"
            )
        forward_pass = cache(partial(ForwardPass, network))

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = forward_pass(len(batch.x))
            forward(batch.x_one)
            derivatives = Derivatives(objective, forward, batch.y)
            nothing = np.zeros(len(batch.x), network.parameters.dtype)
            for layer, block in enumerate(out.blocks):
                for j, k in np.ndindex(block.shape):
                    paths = derivatives.paths(layer, j, k)
                    terms = (reduce(mul, factors) for _, factors in paths)
                    block[j, k] = sum(terms, start=nothing).mean()

        return gradient


class Path(NamedTuple):
    """A path of neurons from a weight to the cost, and its term of (53).

    Attributes
    ----------
    neurons : tuple of int
        The neurons that it goes through, counted from 1: one of the weight's layer first, one of
        the last layer last.
    factors : tuple of float
        ∂C/∂a^L_m, ∂a^L_m/∂a^(L-1)_n, …, ∂a^(l+1)_q/∂a^l_j, ∂a^l_j/∂w^l_jk.
    """

    neurons: tuple[int, ...]
    factors: tuple[float, ...]

    @property
    def product(self) -> float:
        """What the path adds to ∂C/∂w^l_jk."""
        return math.prod(self.factors)


def weight_paths(
    objective: Objective, x: Array, y: Array, layer: int, j: int, k: int | None
) -> Iterator[Path]:
    """Yield each path of the weight w^l_jk, or of the bias b^l_j, for one sample.

    The products of the paths add up to ∂C_x/∂w^l_jk. Where an output of layer l depends on every
    z of the layer, as a softmax's does, paths begin at each of its neurons.

    Parameters
    ----------
    objective : Objective
        The network and the cost.
    x, y : arrays, shape (n_1,) and (n_L,)
        The sample.
    layer : int
        l, which the weight leads to, from 2 to L.
    j, k : int
        The neurons of layer l and of the layer before that it joins, counted from 1; a k of None
        stands for the bias of neuron j.

    Raises
    ------
    ValueError
        If the network has no such weight.
    """
    sizes = objective.network.sizes
    found = 2 <= layer <= len(sizes) and 1 <= j <= sizes[layer - 1]
    if not found or (k is not None and not 1 <= k <= sizes[layer - 2]):
        raise ValueError(
            f"there is no weight from neuron {k} to neuron {j} of layer {layer} in a network "
            f"{list(sizes)}; layers and neurons count from 1, and the input is layer 1"
        )
    forward = ForwardPass(objective.network, 1)
    forward(with_ones(x[np.newaxis], objective.network.parameters.dtype))
    derivatives = Derivatives(objective, forward, y[np.newaxis])
    bias_column = sizes[layer - 2]
    for neurons, factors in derivatives.paths(
        layer - 2, j - 1, bias_column if k is None else k - 1
    ):
        yield Path(tuple(n + 1 for n in neurons), tuple(float(factor[0]) for factor in factors))


def count_paths(network: Network) -> int:
    """Return how many paths all weights and biases of a network have."""
    paths, above = 0, 1
    for block, f in zip(network.parameters.blocks[::-1], network.activations[::-1], strict=True):
        n = len(block)
        paths += block.size * (1 if f.elementwise else n) * above
        above *= n
    return paths


class Derivatives:
    """The derivatives that are multiplied along a path, for each sample of a forward pass.

    Layers and neurons are counted from 0, layer 0 is the book's layer 2, and a derivative is an
    array (m,).
    """

    def __init__(self, objective: Objective, forward: ForwardPass, y: Array) -> None:
        network = objective.network
        self._activations = network.activations
        sigma = [jacobians(f, z) for f, z in zip(network.activations, forward.z, strict=True)]
        self._cost = objective.cost.gradient(forward.a[-1], y).T  # ∂C/∂a^L_m
        self._steps = [  # ∂a^(l+1)_q/∂a^l_p
            np.einsum("qkm,kp->qpm", s, w)
            for s, w in zip(sigma[1:], network.parameters.weights[1:], strict=True)
        ]
        self._starts = sigma  # ∂a^l_p/∂z^l_j
        self._inputs = [a_one.T for a_one in forward.a_one]  # ∂z^l_j/∂w^l_jk, 1 for a bias

    def paths(self, layer: int, j: int, k: int) -> Iterator[tuple[tuple[int, ...], list[Array]]]:
        """Yield the neurons and the factors of each path of one parameter."""
        starts, inputs = self._starts[layer], self._inputs[layer]
        steps = self._steps[layer:]
        first = [j] if self._activations[layer].elementwise else range(len(starts))
        for neurons in product(first, *(range(len(step)) for step in steps)):
            factors = [self._cost[neurons[-1]]]
            for number in range(len(steps) - 1, -1, -1):
                factors.append(steps[number][neurons[number + 1], neurons[number]])
            factors.append(starts[neurons[0], j] * inputs[k])
            yield neurons, factors
