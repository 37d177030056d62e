"""An activation with a parameter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bpframe import Activation, Array


@dataclass(frozen=True)
class Swish(Activation):
    """f(z) = z · σ(βz).

    The first line is what ``bpframe --help`` shows. Each field is an option of the command line,
    here ``activation.beta``; it needs a type that a configuration can hold, and a default.

    Parameters
    ----------
    beta : float
        β, greater than 0: towards 0 f becomes z/2, for a large β it becomes max(0, z).

    Raises
    ------
    ValueError
        If β is not allowed. The command line shows the message without a traceback.

    Source: Ramachandran, Zoph and Le 2017.
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.beta < math.inf:
            raise ValueError(f"beta is {self.beta}; it must be a number greater than 0")

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        # z has a row a sample and must stay as it is; `out`, if given, may take the result.
        return np.multiply(z, self._gate(z), out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        # a is f(z), so that what is known already need not be computed again.
        gate = self._gate(z)
        return gate + self.beta * a * (1 - gate)

    def _gate(self, z: Array) -> Array:
        # σ(x) = (1 + tanh(x/2))/2 overflows nowhere; z's dtype is kept.
        gate: Array = np.tanh(z * (self.beta / 2))
        gate += 1
        gate /= 2
        return gate
