"""The base class of a cost, and the functions that give its errors."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.component import Component
from bpframe.core.interval import Interval

# (z, a, y) → δ^L: the closed form of a cost and an output activation.
OutputError = Callable[[Array, Array, Array], Array]
ScalarGradient = Callable[[Any, Any], Any]
ScalarOutputError = Callable[[Any, Any, Any], Any]
# (a, y, grad_a) and (z, a, y, delta): each writes into its last array.
RowGradient = Callable[[Any, Any, Any], None]
RowOutputError = Callable[[Any, Any, Any, Any], None]


@dataclass(frozen=True)
class Cost(Component):
    """A cost C_x of one sample; C is its mean over samples (the book's two assumptions).

    Outputs and targets must not be changed. Value and gradient are finite in the whole domain, its
    edges included, for outputs get there by saturation. ``link`` names the canonical link function
    of the cost, if it has one: an activation of the same `Activation.link` belongs to it, and is
    taken for the last layer where the one of the layers below cannot serve.

    Outputs and targets are float32 or float64, and results have the type of the outputs. Their
    shape is (m, n) for m samples with n outputs, and (n,) for one sample: a sum over the outputs
    takes ``axis=-1``, which serves both.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Quartic(Cost):
    ...     '''C_x = Σ_j (a_j - y_j)⁴.'''
    ...
    ...     def value(self, a, y):
    ...         return ((a - y) ** 4).sum(axis=-1)
    ...
    ...     def gradient(self, a, y):
    ...         return 4 * (a - y) ** 3
    >>> a, y = np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([[0.0, 0.5], [0.0, 1.0]])
    >>> cost = Quartic()
    >>> cost.value(a, y)
    array([1., 1.])
    >>> cost.gradient(a, y)
    array([[4., 0.],
           [0., 4.]])
    >>> float(cost.value(a[0], y[0]))
    1.0
    """

    kind: ClassVar[str] = "cost"
    link: ClassVar[str | None] = None

    @property
    def domain(self) -> Interval:
        """The outputs that the cost accepts, and the targets."""
        return Interval()

    @property
    def separable(self) -> bool:
        """Whether C_x is a sum over the outputs, each term of its own a_j and y_j alone.

        Each neuron of an output layer then has its own closed form of δ, if single neurons have
        other activations. By default a cost is that if it has a scalar form.
        """
        return self.scalar(np.float64) is not None

    @abstractmethod
    def value(self, a: Array, y: Array) -> Array:
        """Return C_x for each sample, shape (m,), from outputs and targets of shape (m, n).

        For one sample, outputs and targets of shape (n,), it is a number.
        """

    @abstractmethod
    def gradient(self, a: Array, y: Array) -> Array:
        """Return ∇_a C_x in a new array, from outputs and targets of its shape, (m, n) or (n,)."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient | None:
        """Return ∂C_x/∂a_j as a function of the numbers a_j and y_j, or None if there is none.

        See `Activation.scalar`. There is none if the derivative depends on other outputs.
        """
        return None

    def row(self, real: type[np.floating[Any]]) -> RowGradient | None:
        """Return ∇_a C_x as a function of one sample, or None if there is none.

        It is called as ``(a, y, grad_a)`` and writes into ``grad_a``; see `Activation.row`. A cost
        with a scalar form needs none.
        """
        return None
