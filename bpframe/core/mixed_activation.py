"""Layers in which single neurons have an activation of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arguments import is_whole
from bpframe.core.arrays import Array
from bpframe.core.interval import Interval


def neuron_activations(f: Activation, n: int) -> list[Activation]:
    """Return the activation of each neuron of a layer of n: its own f, if it has one."""
    if not isinstance(f, MixedActivation):
        return [f] * n
    own = {column: g for columns, g in f.pieces for column in columns}
    return [own[j] for j in range(n)]


@dataclass(frozen=True, repr=False)
class MixedActivation(Activation):
    """One activation for most neurons of a layer, and others for single ones.

    For such a neuron its own f stands in a = f(z), and its own f′ in (BP1) and (BP2); nothing
    else changes. The range is the hull of all ranges.

    Parameters
    ----------
    pieces : tuple of pairs
        The columns of z, and their elementwise activation; each column once.
    """

    pieces: tuple[tuple[tuple[int, ...], Activation], ...]

    @classmethod
    def of(cls, f: Activation, n: int, neurons: Mapping[int, Activation]) -> MixedActivation:
        """Return the activation of a layer of n neurons, with f where `neurons` has no other.

        Parameters
        ----------
        f : Activation
            Elementwise.
        n : int
            Neurons of the layer.
        neurons : mapping of int to Activation
            The others, elementwise, by column: from 0 to n - 1.
        """
        rest = tuple(column for column in range(n) if column not in neurons)
        single = tuple(((column,), g) for column, g in sorted(neurons.items()))
        return cls(((rest, f), *single) if rest else single)

    def __repr__(self) -> str:
        counts = Counter(repr(f) for columns, f in self.pieces for _ in columns)
        return f"MixedActivation({', '.join(f'{n} × {f}' for f, n in counts.items())})"

    @property
    def range(self) -> Interval:
        """The smallest interval that holds the range of every neuron."""
        ranges = [f.range for _, f in self.pieces]
        return Interval(min(r.low for r in ranges), max(r.high for r in ranges))

    @property
    def kinks(self) -> tuple[float, ...]:
        """The z at which some neuron's f has no derivative."""
        return tuple(sorted({kink for _, f in self.pieces for kink in f.kinks}))

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        """Return a = f(z), each neuron's own f."""
        a = np.empty_like(z) if out is None else out
        for columns, f in self.pieces:
            a[..., columns] = f(z[..., columns])
        return a

    def derivative(self, z: Array, a: Array) -> Array:
        """Return f′(z), each neuron's own f′."""
        d = np.empty_like(z)
        for columns, f in self.pieces:
            d[..., columns] = f.derivative(z[..., columns], a[..., columns])
        return d

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        """Return ∂C/∂z, each neuron by its own pullback."""
        grad_z = np.empty_like(z)
        for columns, f in self.pieces:
            own = grad_a[..., columns], z[..., columns], a[..., columns]
            grad_z[..., columns] = f.pullback(*own)
        return grad_z

    def jacobian(self, z: Array) -> Array:
        """Return Σ′(z), which is diagonal, of one sample."""
        jacobian = np.zeros((len(z), len(z)), z.dtype)
        for columns, f in self.pieces:
            jacobian[np.ix_(columns, columns)] = f.jacobian(z[list(columns)])
        return jacobian


def with_neurons(
    activations: Sequence[Activation],
    sizes: Sequence[int],
    neurons: Mapping[tuple[int, int], Activation],
) -> tuple[Activation, ...]:
    """Return the activations of the layers with those of single neurons in them.

    Parameters
    ----------
    activations : sequence of Activation
        One for each layer after the input.
    sizes : sequence of int
        Neurons of each layer, the input first.
    neurons : mapping of (int, int) to Activation
        f of single neurons by layer and neuron, both from 1, see `Network`.

    Raises
    ------
    ValueError
        If a neuron does not exist or cannot have a function of its own.
    """
    layers: dict[int, dict[int, Activation]] = {}
    for (layer, neuron), own in neurons.items():
        where = f"neuron {neuron} of layer {layer}"
        if not (is_whole(layer) and is_whole(neuron)):
            raise ValueError(f"there is no {where}: both are whole numbers")
        if not 2 <= layer <= len(sizes):
            raise ValueError(
                f"there is no {where} with an activation: layer 1 is the input, and the last one "
                f"is layer {len(sizes)}"
            )
        if not 1 <= neuron <= sizes[layer - 1]:
            raise ValueError(f"there is no {where}: its neurons are 1 to {sizes[layer - 1]}")
        for f in (activations[layer - 2], own):
            if not f.elementwise:
                raise ValueError(
                    f"{where} cannot have an activation of its own: an output of "
                    f"{type(f).__name__} depends on the whole layer"
                )
        layers.setdefault(layer - 2, {})[neuron - 1] = own
    return tuple(
        MixedActivation.of(f, n, layers[i]) if i in layers else f
        for i, (f, n) in enumerate(zip(activations, sizes[1:], strict=True))
    )
