"""A plugin of rules that claim to be the gradient and are not, and of a wrong closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import bpframe
from bpframe import Activation, Array, Backprop, Batch, Cost, Objective, Parameters
from bpframe_backprop.full_matrix import FullMatrix, backward_pass
from bpframe_costs import Quadratic


@dataclass(frozen=True)
class Transposed(Backprop):
    """Carries the error down by w where it takes wᵀ; for layers of one size."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> bpframe.GradientFunction:
        return backward_pass(objective, list(objective.network.parameters.weights[1:]))


@dataclass(frozen=True)
class Summed(Backprop):
    """The sum over the samples where it takes the mean."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> bpframe.GradientFunction:
        mean = FullMatrix().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            mean(batch, out)
            out.vector *= len(batch.x)

        return gradient


@dataclass(frozen=True)
class OnlyFloat32(FullMatrix):
    """Refuses networks in float64."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> bpframe.GradientFunction:
        if objective.network.parameters.dtype == np.float64:
            raise ValueError("numbers of 64 bits are too large for me")
        return super().bind(objective, rng)


@dataclass(frozen=True)
class Half(Quadratic):
    """The quadratic cost under another name, of which a closed form is claimed."""


def a_minus_y(z: Array, a: Array, y: Array) -> Array:
    return a - y


@bpframe.hookimpl
def bpframe_register_backprops(register):
    register("transposed", Transposed)
    register("summed", Summed)
    register("only_float32", OnlyFloat32)


@bpframe.hookimpl
def bpframe_register_costs(register):
    register("half", Half)


@bpframe.hookimpl
def bpframe_output_error(cost: Cost, activation: Activation) -> bpframe.OutputError | None:
    return a_minus_y if type(cost) is Half else None
