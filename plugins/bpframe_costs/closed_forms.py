"""The error δ^L of pairs of cost and output activation whose factors cancel."""

from __future__ import annotations

import numpy as np

from bpframe import Activation, Array, Cost, OutputError
from bpframe_costs.cross_entropy import CrossEntropy
from bpframe_costs.log_likelihood import LogLikelihood


def output_error(cost: Cost, activation: Activation) -> OutputError | None:
    """Return ``(z, a, y) → δ^L = a - y`` if the pair has this closed form, else None.

    It has for sigmoid outputs with the cross-entropy and for softmax outputs with the
    log-likelihood of targets that sum to 1 (chapter 3 of the book). Dividing by a (1 - a), as
    (BP1) does, loses all precision where neurons saturate; this does not.
    """
    pair = (type(cost), activation.link)
    if pair in {(CrossEntropy, "logit"), (LogLikelihood, "multinomial logit")}:
        return _difference
    return None


def _difference(z: Array, a: Array, y: Array) -> Array:
    return np.subtract(a, y)
