"""The softmax, whose outputs depend on every weighted input of the layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Activation, Apply, Array, Interval, RowActivation


@dataclass(frozen=True)
class Softmax(Activation):
    """a_j = exp(z_j) / Σ_k exp(z_k).

    Source: the book, chapter 3, equation (78); Σ′(z)_jk = a_j ([j = k] - a_k).
    """

    range = Interval(0.0, 1.0, sums_to_one=True)
    elementwise = False
    link = "multinomial logit"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a: Array = np.subtract(z, z.max(axis=-1, keepdims=True), out=out)
        np.exp(a, out=a)
        a /= a.sum(axis=-1, keepdims=True)
        return a

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return apply("softmax", z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return the diagonal of Σ′(z), ∂a_j/∂z_j."""
        return a * (1 - a)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        """Return Σ′(z) ∇_a C, which is a ⊙ (∇_a C - Σ_k a_k ∇_{a_k} C): Σ′ is symmetric.

        A number that is added to all of ∇_a C changes nothing. What is added makes that of the
        largest output 0: near a = 1 the difference would else be one of almost equal numbers.
        """
        # Rows, also of one sample; `take_along_axis` takes longer than all that is done here.
        rows, grads = (array.reshape(-1, array.shape[-1]) for array in (a, grad_a))
        of_largest = grads[np.arange(len(rows)), rows.argmax(axis=-1)]
        relative = grads - of_largest[:, np.newaxis]
        relative -= np.add.reduce(rows * relative, axis=-1, keepdims=True)
        relative *= rows
        grad_z: Array = relative.reshape(a.shape)
        return grad_z

    def jacobian(self, z: Array) -> Array:
        """Return Σ′(z) in full, shape (n, n)."""
        a = self(z)
        jacobian: Array = -np.outer(a, a)
        np.fill_diagonal(jacobian, 0)
        # a_j (1 - a_j) without a difference: the outputs sum to 1.
        np.fill_diagonal(jacobian, -jacobian.sum(axis=1))
        return jacobian

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        zero = real(0)

        def f(z: Any, a: Any) -> None:
            largest, total = z[0], zero
            for j in range(1, len(z)):
                largest = max(largest, z[j])
            for j in range(len(z)):
                a[j] = math.exp(z[j] - largest)
            for j in range(len(z)):
                total += a[j]
            for j in range(len(z)):
                a[j] /= total

        def pullback(grad_a: Any, z: Any, a: Any, grad_z: Any) -> None:
            first, mean = 0, zero
            for j in range(1, len(a)):
                if a[j] > a[first]:
                    first = j
            for j in range(len(a)):
                mean += a[j] * (grad_a[j] - grad_a[first])
            for j in range(len(a)):
                grad_z[j] = a[j] * (grad_a[j] - grad_a[first] - mean)

        return f, pullback
