"""A layer in which single neurons have an activation of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.components import Activation, Interval


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
