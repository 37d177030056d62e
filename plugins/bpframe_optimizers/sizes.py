"""The gradient of a penalty on the sizes |w|, and on the squares, of the weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpframe import Array, ElementwiseAddition, Parameters, ScalarAddition


def sum_of_sizes(parameters: Parameters) -> float:
    """Return Σ |w|."""
    return sum(float(np.abs(w).sum()) for w in parameters.weights)


class SizesAndSquares(ElementwiseAddition):
    """The addition of a sign(w) + c w to ∂C/∂w; sign(0) is 0.

    Parameters
    ----------
    parameters : Parameters
        Whose weights are penalised.
    sizes, squares : float
        a and c.
    """

    def __init__(self, parameters: Parameters, sizes: float, squares: float) -> None:
        super().__init__(parameters)
        self._sizes, self._squares = sizes, squares

    def of(self, w: Array) -> Array:
        added: Array = np.sign(w)
        added *= self._sizes
        if self._squares:
            added += self._squares * w
        return added

    def scalar(self, real: type[np.floating[Any]]) -> ScalarAddition:
        a, c, zero = real(self._sizes), real(self._squares), real(0)

        def of(w: Any) -> Any:
            if w > zero:
                return a + c * w
            return c * w - a if w < zero else c * w

        return of
