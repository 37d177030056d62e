"""The error δ^L of pairs of cost and output activation whose factors cancel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import (
    Activation,
    Array,
    Cost,
    OutputError,
    RowOutputError,
    ScalarOutputError,
    closed_form_of,
)
from bpframe_costs.cross_entropy import CrossEntropy
from bpframe_costs.log_likelihood import LogLikelihood


def output_error(cost: Cost, activation: Activation) -> OutputError | None:
    """Return ``(z, a, y) → δ^L`` of a cost and an output activation, None without a closed form.

    Of mixed neurons each has that of its own activation, see `bpframe.closed_form_of`.
    """
    return closed_form_of(of_pair, cost, activation)


def of_pair(cost: Cost, activation: Activation) -> OutputError | None:
    """Return ``(z, a, y) → δ^L`` of a pair whose factors cancel, else None (chapter 3).

    For sigmoid outputs with the cross-entropy δ^L = a - y. For softmax outputs with the
    log-likelihood δ^L = a Σ_j y_j - y, which is a - y for targets that sum to 1; with the
    cross-entropy see `SoftmaxCrossEntropy`. Dividing by a (1 - a), as (BP1) does, loses all
    precision where neurons saturate; this does not.
    """
    match cost, activation.link:
        case CrossEntropy(), "logit":
            return _SigmoidCrossEntropy()
        case LogLikelihood(), "multinomial logit":
            return SoftmaxLogLikelihood()
        case CrossEntropy(), "multinomial logit":
            return SoftmaxCrossEntropy()
    return None


@dataclass(frozen=True)
class _SigmoidCrossEntropy:
    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        return np.subtract(a, y)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarOutputError:
        return lambda z, a, y: a - y


@dataclass(frozen=True)
class SoftmaxLogLikelihood:
    """δ^L = a Σ_j y_j - y."""

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        delta: Array = a * y.sum(axis=-1, keepdims=True)
        return np.subtract(delta, y, out=delta)

    def row(self, real: type[np.floating[Any]]) -> RowOutputError:
        zero = real(0)

        def error(z: Any, a: Any, y: Any, delta: Any) -> None:
            total = zero
            for j in range(len(y)):
                total += y[j]
            for j in range(len(y)):
                delta[j] = a[j] * total - y[j]

        return error


@dataclass(frozen=True)
class SoftmaxCrossEntropy:
    """δ^L of the cross-entropy of softmax outputs, without a difference of near numbers.

    With the odds o_j = a_j / (1 - a_j), a_j ∂C/∂a_j = (1 - y_j) o_j - y_j, so that by (BP1) and
    Σ′(z)_jk = a_j ([j = k] - a_k)

        δ_k = (1 - y_k) a_k - y_k (1 - a_k) - a_k Σ_{j≠k} [(1 - y_j) o_j - y_j].

    At most one output, m, is greater than ½. Its 1 - a_m is the sum of the others. Its odds may be
    infinite, but appear only as a_k o_m = a_m p_k, where p_k = a_k / (1 - a_m) is the softmax of
    the others among themselves. The odds of the others are at most 1.
    """

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        if z.shape[-1] == 1:
            return np.zeros_like(a)
        largest = z.argmax(axis=-1, keepdims=True)
        is_m = np.zeros(z.shape, bool)
        np.put_along_axis(is_m, largest, True, axis=-1)
        a_m, y_m = (np.take_along_axis(array, largest, axis=-1) for array in (a, y))
        others = np.where(is_m, 0, a)
        one_minus_a = np.where(is_m, others.sum(axis=-1, keepdims=True), 1 - others)
        terms: Array = np.where(is_m, 0, (1 - y) * others / (1 - others) - y)
        without_own = terms.sum(axis=-1, keepdims=True) - terms
        delta: Array = (1 - y) * a - y * one_minus_a - a * without_own
        # What is left is the term of m in the δ_k of the others.
        p = _softmax(np.where(is_m, -np.inf, z))
        return np.where(is_m, delta, delta - (1 - y_m) * a_m * p + a * y_m)

    def row(self, real: type[np.floating[Any]]) -> RowOutputError:
        zero, one, lowest = real(0), real(1), real(-np.inf)

        def error(z: Any, a: Any, y: Any, delta: Any) -> None:
            n, m = len(z), 0
            for k in range(1, n):
                if z[k] > z[m]:
                    m = k
            top, total, others, terms = lowest, zero, zero, zero
            for k in range(n):
                if k != m:
                    top = max(top, z[k])
            for k in range(n):
                if k != m:
                    total += math.exp(z[k] - top)
                    others += a[k]
                    terms += (one - y[k]) * a[k] / (one - a[k]) - y[k]
            for k in range(n):
                if k != m:
                    own = (one - y[k]) * a[k] / (one - a[k]) - y[k]
                    of_m = (one - y[m]) * a[m] * math.exp(z[k] - top) / total - a[k] * y[m]
                    delta[k] = (one - y[k]) * a[k] - y[k] * (one - a[k])
                    delta[k] -= a[k] * (terms - own) + of_m
            # 0 where it is the only one.
            delta[m] = (one - y[m]) * a[m] - y[m] * others - a[m] * terms if n > 1 else zero

        return error


def _softmax(z: Array) -> Array:
    p: Array = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p
