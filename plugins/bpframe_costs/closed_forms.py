"""The error δ^L of pairs of cost and output activation whose factors cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Activation, Array, Cost, OutputError, ScalarOutputError
from bpframe_costs.cross_entropy import CrossEntropy
from bpframe_costs.log_likelihood import LogLikelihood


def output_error(cost: Cost, activation: Activation) -> OutputError | None:
    """Return ``(z, a, y) → δ^L`` of a pair whose factors cancel, else None (chapter 3).

    For sigmoid outputs with the cross-entropy δ^L = a - y. For softmax outputs with the
    log-likelihood δ^L = a Σ_j y_j - y, which is a - y for targets that sum to 1. Dividing by
    a (1 - a), as (BP1) does, loses all precision where neurons saturate; this does not.
    """
    if isinstance(cost, CrossEntropy) and activation.link == "logit":
        return _SigmoidCrossEntropy()
    if isinstance(cost, LogLikelihood) and activation.link == "multinomial logit":
        return _softmax_log_likelihood
    return None


@dataclass(frozen=True)
class _SigmoidCrossEntropy:
    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        return np.subtract(a, y)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarOutputError:
        return lambda z, a, y: a - y


def _softmax_log_likelihood(z: Array, a: Array, y: Array) -> Array:
    delta: Array = a * y.sum(axis=-1, keepdims=True)
    return np.subtract(delta, y, out=delta)
