"""(53): a gradient as the sum over all paths from a neuron to the outputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product

from bpframe import Array
from bpframe_explain.passes import Layer


@dataclass(frozen=True)
class Path:
    """One path of (53).

    Attributes
    ----------
    neurons : tuple of int
        A neuron of each layer, from 0, from that of the weight up to the output layer.
    factors : tuple of float
        In the order of (53): ∂C/∂a^L_m, ∂a^L_m/∂a^(L-1)_n …, ∂a^l_j/∂w^l_jk.
    """

    neurons: tuple[int, ...]
    factors: tuple[float, ...]

    @property
    def value(self) -> float:
        """The product of the factors."""
        return math.prod(self.factors)


class Paths:
    """The paths of a network on one sample, with the factors that stand along them.

    Parameters
    ----------
    layers : list of Layer
        From `both_passes`; only their forward quantities and the last ∇_a C are used.
    weights : tuple of arrays
        The network's.
    """

    def __init__(self, layers: list[Layer], weights: tuple[Array, ...]) -> None:
        self._layers = layers
        self._jacobians = [layer.f.jacobian(layer.z) for layer in layers]
        # ∂a^l_q/∂a^(l-1)_j, as row q, column j.
        self._between = [s @ w for s, w in zip(self._jacobians, weights, strict=True)]

    def of(self, i: int, j: int, k: int) -> list[Path]:
        """Return the paths of w_jk of ``weights[i]``, or of b_j if k is behind the last input.

        Where f is not elementwise, z_j moves every neuron of its layer, and a path may start
        from any of them.
        """
        layer = self._layers[i]
        a_in = layer.a_in[k] if k < len(layer.a_in) else 1.0
        starts = [j] if layer.f.elementwise else range(len(layer.z))
        above = (range(len(upper.z)) for upper in self._layers[i + 1 :])
        paths = []
        for neurons in product(starts, *above):
            steps = zip(self._between[i + 1 :], pairwise(neurons), strict=True)
            climbing = [float(between[upper, lower]) for between, (lower, upper) in steps]
            first = float(self._jacobians[i][neurons[0], j] * a_in)
            last = float(self._layers[-1].grad_a[neurons[-1]])
            paths.append(Path(neurons, (last, *reversed(climbing), first)))
        return paths


def count_paths(layers: list[Layer]) -> int:
    """Return how many paths all weights and biases of a network have together."""
    count = 0
    for i, layer in enumerate(layers):
        starts = 1 if layer.f.elementwise else len(layer.z)
        above = math.prod(len(upper.z) for upper in layers[i + 1 :])
        count += len(layer.z) * (len(layer.a_in) + 1) * starts * above
    return count
