"""The closed form of δ^L of a layer in which single neurons have an activation of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost, OutputError
from bpframe.core.mixed_activation import MixedActivation

Pairs = Callable[[Cost, Activation], OutputError | None]


def closed_form_of(pairs: Pairs, cost: Cost, activation: Activation) -> OutputError | None:
    """Return the closed form of δ^L of a cost and an output activation, None if there is none.

    Of a `MixedActivation` each neuron keeps the closed form of its own activation, if the cost is
    separable; the neurons without one get (BP1).

    Parameters
    ----------
    pairs : callable
        ``(cost, activation) → closed form or None``, such as the hook ``bpframe_output_error``.
    cost : Cost
        The cost.
    activation : Activation
        Of the output layer.
    """
    form = pairs(cost, activation)
    if form or not isinstance(activation, MixedActivation) or not cost.separable:
        return form
    pieces = tuple((columns, f, pairs(cost, f)) for columns, f in activation.pieces)
    return MixedOutputError(cost, pieces) if any(own for *_, own in pieces) else None


class PartialOutputError(ABC):
    """Base of closed forms of δ^L that some neurons may lack."""

    @abstractmethod
    def neurons(self) -> list[int] | None:
        """Return the neurons that have a closed form, from 0; None for all."""


@dataclass(frozen=True)
class MixedOutputError(PartialOutputError):
    """δ^L of mixed output neurons and a separable cost.

    Parameters
    ----------
    cost : Cost
        Separable, so that each δ_j depends on the numbers of its own neuron alone.
    pieces : tuple
        The columns of z, their elementwise activation, and its closed form or None.
    """

    cost: Cost
    pieces: tuple[tuple[tuple[int, ...], Activation, OutputError | None], ...]

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        """Return δ^L from arrays of one shape, (m, n) or (n,)."""
        delta = np.empty_like(z)
        for columns, f, form in self.pieces:
            own_z, own_a, own_y = (array[..., columns] for array in (z, a, y))
            delta[..., columns] = (
                form(own_z, own_a, own_y)
                if form
                else f.pullback(self.cost.gradient(own_a, own_y), own_z, own_a)
            )
        return delta

    def neurons(self) -> list[int]:
        """Return the neurons that have a closed form, from 0."""
        return sorted(column for columns, _, form in self.pieces if form for column in columns)
