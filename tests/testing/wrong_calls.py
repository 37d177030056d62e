"""Components that raise where they are called, and what the message must say."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import wrong_activations
import wrong_costs
import wrong_data

from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Component,
    Data,
    GradientFunction,
    Initializer,
    Objective,
    Optimizer,
    Parameters,
    Split,
)


@dataclass(frozen=True)
class SumsOverAxisOne(wrong_costs.Right):
    """Sums over an axis that one sample has not."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y).sum(axis=1) / 2


@dataclass(frozen=True)
class TakesColumns(wrong_costs.Right):
    """Takes a column of what may be one sample."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a[:, 0] - y[:, 0]) + np.square((a - y)[:, 1:]).sum(axis=-1)


@dataclass(frozen=True)
class LosesAnAxis(wrong_activations.Right):
    """Divides by a sum without keepdims."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.exp(z) / np.exp(z).sum(axis=-1)


@dataclass(frozen=True)
class AsksWhetherZ(wrong_activations.Right):
    """Asks an array whether it is positive."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return z if z > 0 else 0 * z


@dataclass(frozen=True)
class OfMath(wrong_activations.Right):
    """Uses a function of numbers."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return math.tanh(z)


@dataclass(frozen=True)
class WithoutOut(wrong_activations.Right):
    """Takes no `out`."""

    def __call__(self, z: Array) -> Array:
        return np.tanh(z)


@dataclass(frozen=True)
class Divides(wrong_activations.Right):
    """Fails in its own way, after it has bound z anew."""

    def derivative(self, z: Array, a: Array) -> Array:
        z = z.T
        raise KeyError("slope")


@dataclass(frozen=True)
class Remembers(wrong_activations.Right):
    """Keeps something in itself."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        self.z = z
        return np.tanh(z)


@dataclass(frozen=True)
class CastsBack(wrong_activations.Right):
    """Puts its numbers into an array of whole ones."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a = np.zeros(z.shape, int)
        a += z
        return a


@dataclass(frozen=True)
class FailsInAStep(Optimizer):
    """Raises in the function that bind returns."""

    def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
        def step(gradient: Parameters) -> None:
            parameters.vector[:] -= gradient.vector[:, np.newaxis].T[:, :3]

        return step


@dataclass(frozen=True)
class FailsInAGradient(Backprop):
    """Raises in the function that bind returns."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        def gradient(batch: Batch, out: Parameters) -> None:
            raise LookupError("no such layer")

        return gradient


@dataclass(frozen=True)
class NoSuchArgument(Initializer):
    """Takes the sizes as one argument."""

    def weights(self, rng: np.random.Generator, sizes: tuple[int, int]) -> Array:
        return rng.standard_normal(sizes)


@dataclass(frozen=True)
class Ends(Activation):
    """Ends the process."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        raise SystemExit(0)

    def derivative(self, z: Array, a: Array) -> Array:
        return z


@dataclass(frozen=True)
class ForgetsTheReturn(Optimizer):
    """Returns no step."""

    def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
        nothing: Any = None
        return nothing


@dataclass(frozen=True)
class AssignsToATuple(Optimizer):
    """Writes into an array, and then the array into a tuple."""

    def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
        weights: Any = parameters.weights

        def step(gradient: Parameters) -> None:
            weights[0] -= 0.1 * gradient.weights[0]

        return step


@dataclass(frozen=True)
class Widens(wrong_costs.Right):
    """Divides by a number of NumPy's."""

    def value(self, a: Array, y: Array) -> Array:
        values: Array = np.square(a - y).sum(axis=-1) / np.sqrt(4)
        return values


@dataclass(frozen=True)
class LoadsNothing(wrong_data.Right):
    """Forgets the return."""

    def load(self, rng: np.random.Generator) -> Data:
        nothing: Any = None
        return nothing


@dataclass(frozen=True)
class LoadsLists(wrong_data.Right):
    """Takes lists for arrays."""

    def load(self, rng: np.random.Generator) -> Data:
        lists: Any = [[0.0], [1.0]]
        split = Split(lists, np.array([0, 1]))
        return Data("lists", split, split, split, classes=2)


BOTH = "one sample has the shape (n,) and m samples (m, n)"
SAID: list[tuple[Component, str, tuple[str, ...]]] = [
    (SumsOverAxisOne(), "value_is_one_number_a_sample",
     ("value(a: (3,) float32, y: (3,) float32) raised AxisError: ", BOTH, "axis=-1",
      "wrong_calls.py:")),
    (TakesColumns(), "value_is_one_number_a_sample",
     ("value(a: (3,) float32, y: (3,) float32) raised IndexError: ", BOTH, "[..., j]")),
    (wrong_activations.OnlyBatches(), "shape_and_dtype_are_kept",
     ("__call__(z: (5,) float32, out=None) raised AxisError: ", BOTH, "wrong_activations.py:")),
    (LosesAnAxis(), "shape_and_dtype_are_kept",
     ("__call__(z: (3, 5) float32, out=None) raised ValueError: ", "keepdims=True")),
    (AsksWhetherZ(), "shape_and_dtype_are_kept", ("raised ValueError: ", "np.where(condition")),
    (OfMath(), "shape_and_dtype_are_kept", ("raised TypeError: ", "np.exp")),
    (WithoutOut(), "inputs_stay_as_they_were",
     ("__call__() takes 2 positional arguments", "it is called as __call__(self, z, out)")),
    (Divides(), "shape_and_dtype_are_kept",
     ("derivative(z, a: (3, 5) float32) raised KeyError: 'slope'",
      "Activation.derivative: Return f′(z)")),
    (Remembers(), "shape_and_dtype_are_kept", ("FrozenInstanceError", "a component is frozen")),
    (CastsBack(), "shape_and_dtype_are_kept", ("z: (3, 5) float32", "z.dtype.type(…)")),
    (FailsInAStep(), "steps_lower_a_convex_cost",
     ("step(gradient) raised ValueError: ", "wrong_calls.py:")),
    (FailsInAGradient(), "changed_weights_and_batch_sizes_are_followed",
     ("gradient(batch: ", "raised LookupError: no such layer")),
    (NoSuchArgument(), "weights_and_biases_have_their_shapes",
     ("weights() takes 3 positional arguments", "it is called as weights(self, rng, n_in, n_out)")),
    (ForgetsTheReturn(), "steps_lower_a_convex_cost",
     ("'NoneType' object is not callable", "what bind returns is called")),
    (AssignsToATuple(), "steps_lower_a_convex_cost", ("weights[-1][:] += …",)),
    (Widens(), "value_is_one_number_a_sample", ("type float64", "type float32", "math.log(2)")),
    (LoadsNothing(), "one_seed_gives_one_content", ("it must give a bpframe.Data",)),
    (LoadsLists(), "one_seed_gives_one_content", ("inputs are of the type list",)),
    (Ends(), "shape_and_dtype_are_kept", ("raised SystemExit: 0",)),
]  # fmt: skip
