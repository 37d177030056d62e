"""Elementwise activations whose f′ is an array that nobody else has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Activation, Array


@dataclass(frozen=True)
class Elementwise(Activation):
    """Base of activations whose `derivative` is a new array, in which the pullback is computed.

    That is one array less for the cache of a processor to hold.
    """

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        slope = self.derivative(z, a)
        return np.multiply(slope, grad_a, out=slope)
