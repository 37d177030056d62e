"""Sums whose terms fade with each step: s ← β s + x."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe import Array, blas_routine

LONGEST_PERIOD = 64
LARGEST_FACTOR = 1000.0


class FadingSum:
    """s_t = β s_{t-1} + x_t, kept as S = s_t / β^k, where k = t mod K.

    So a step adds x_t / β^k to S, which is one pass over the numbers and not two. At each K-th
    step S is multiplied by β^K first. What is then smaller than a normal number is set to 0: it
    would never get there by itself, for 0.9 times the smallest number is rounded to the smallest
    number, and processors are slow with such numbers. Weights of inputs that are rarely other than
    0 get there within a thousand steps, and made steps on MNIST twice as slow.

    Parameters
    ----------
    kept : array, shape (count,)
        S; 0 at first.
    beta : float
        β, 0 or more, and less than 1.
    """

    def __init__(self, kept: Array, beta: float) -> None:
        self.kept, self.beta, self._period = kept, beta, period_of(beta)
        self._below, self._above = np.empty((2, *kept.shape), np.bool_)
        self._smallest = np.finfo(kept.dtype).smallest_normal
        self._axpy = blas_routine("axpy", kept)

    def add(self, x: Array, t: int, factor: float = 1.0) -> float:
        """Take step t, from 1: s ← β s + factor x; return β^k, for s is β^k S.

        Parameters
        ----------
        x : array, shape (count,)
            It stays as it is.
        t : int
            The number of the step.
        factor : float
            Of x.
        """
        k = t % self._period
        if k == 0:
            self._fade()
        scale = float(self.beta**k)
        self._axpy(x, self.kept, a=factor / scale)
        return scale

    def _fade(self) -> None:
        kept, tiny = self.kept, self._below
        np.multiply(kept, self.beta**self._period, out=kept)
        np.less(kept, self._smallest, out=tiny)
        np.greater(kept, -self._smallest, out=self._above)
        np.logical_and(tiny, self._above, out=tiny)
        np.copyto(kept, 0, where=tiny)


def period_of(beta: float) -> int:
    """Return K: so many steps that β^-K stays small, and no number overflows by it."""
    steps = math.log(LARGEST_FACTOR) / -math.log(beta) if beta else 1.0
    return max(1, min(LONGEST_PERIOD, int(steps)))


def fading(beta: float, real: type[np.floating[Any]]) -> tuple[Any, Any, Any, Any]:
    """Return K, β, β^K and the smallest normal number, for a sum of single numbers."""
    period = period_of(beta)
    return real(period), real(beta), real(beta**period), np.finfo(real).smallest_normal
