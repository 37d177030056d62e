"""Activations that are polynomials: the linear neuron and the book's f(x) = x²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Activation, Apply, Array, Interval, ScalarActivation
from bpframe_activations.elementwise import Elementwise


@dataclass(frozen=True)
class Linear(Activation):
    """f(z) = z.

    Source: the book, chapter 2, "Backpropagation with linear neurons".
    """

    other_names = ("identity",)
    link = "identity"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.positive(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.ones_like(z)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        """Return a copy of grad_a: f′ is 1."""
        return grad_a.copy("K")

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return z

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        one = real(1)
        return lambda z: z, lambda z, a: one


@dataclass(frozen=True)
class Square(Elementwise):
    """f(z) = z².

    Source: the vectorised example (24) of the book.
    """

    range = Interval(0.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.square(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.multiply(z, 2)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("mul", z, z)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return lambda z: z * z, lambda z, a: z + z
