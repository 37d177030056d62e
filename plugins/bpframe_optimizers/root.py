"""Steps that are divided by the root of a sum of squares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpframe import Array, ElementwiseStep, Parameters, blas_routine


class RootStep(ElementwiseStep):
    """Base of the steps w ← w - η m / (√v + eps), where v is made of the squares of derivatives.

    Parameters
    ----------
    parameters, learning_rate, remembered, weight_decay
        As for any `ElementwiseStep`.
    eps : float
        Added to √v, so that nothing is divided by 0.

    Raises
    ------
    ValueError
        If eps is as good as 0 in the type of the parameters.
    """

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float,
        remembered: Sequence[str],
        eps: float,
        weight_decay: float = 0.0,
    ) -> None:
        least = float(np.finfo(parameters.dtype).smallest_normal)
        if eps < least:
            raise ValueError(f"eps is {eps}; for {parameters.dtype} it must be {least:.1e} or more")
        super().__init__(parameters, learning_rate, remembered, weight_decay)
        self._eps = eps
        self._scratch: Array = np.empty_like(parameters.vector)
        self._axpy = blas_routine("axpy", parameters.vector)

    def _squares_of(self, g: Array) -> Array:
        """Return g², in an array that the next call of this or of `_divide` overwrites."""
        # NumPy's square takes half the time of g g.
        squares: Array = np.square(g, out=self._scratch)
        return squares

    def _divide(self, w: Array, m: Array, v: Array, root: float, rate: float) -> None:
        """Change w to w - rate m / (root √v + eps)."""
        u = np.sqrt(v, out=self._scratch)
        np.add(u, self._eps / root, out=u)
        np.divide(m, u, out=u)
        self._axpy(u, w, a=-rate / root)
