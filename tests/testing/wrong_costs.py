"""Costs that are wrong in one way each, and the checks that must notice it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import bpframe
from bpframe import (
    Activation,
    Array,
    Cost,
    Interval,
    OutputError,
    RowGradient,
    RowOutputError,
    ScalarGradient,
    ScalarOutputError,
)
from bpframe_costs import CrossEntropy


@dataclass(frozen=True)
class Right(Cost):
    """C_x = ½ ‖y - a‖²: nothing is wrong with it."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y).sum(axis=-1) / 2

    def gradient(self, a: Array, y: Array) -> Array:
        return a - y


@dataclass(frozen=True)
class Positive(Cost):
    """Σ_j [a_j - y_j - y_j ln(a_j / y_j)]: outputs have a lower end only."""

    domain = Interval(0.01)

    def value(self, a: Array, y: Array) -> Array:
        return (a - y - y * np.log(a / y)).sum(axis=-1)

    def gradient(self, a: Array, y: Array) -> Array:
        return 1 - y / a


@dataclass(frozen=True)
class WithoutAConstant(Cost):
    """-Σ_j y_j ln a_j of a distribution, whose gradient has a mean of 0, which changes nothing."""

    domain = Interval(0.0, 1.0, sums_to_one=True)

    def value(self, a: Array, y: Array) -> Array:
        return -(y * np.log(self._inside(a))).sum(axis=-1)

    def gradient(self, a: Array, y: Array) -> Array:
        gradient = -y / self._inside(a)
        return gradient - gradient.mean(axis=-1, keepdims=True)

    def _inside(self, a: Array) -> Array:
        return np.maximum(a, np.finfo(a.dtype).tiny)


@dataclass(frozen=True)
class WrongSign(Right):
    """Climbs."""

    def gradient(self, a: Array, y: Array) -> Array:
        return y - a


@dataclass(frozen=True)
class WrongScalarGradient(Right):
    """Right for arrays, and climbs when it is compiled."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient:
        return lambda a, y: y - a


@dataclass(frozen=True)
class WrongRows(Right):
    """Right for arrays, and climbs when rows are compiled."""

    def row(self, real: type[np.floating[Any]]) -> RowGradient:
        def gradient(a: Any, y: Any, grad_a: Any) -> None:
            for j in range(len(a)):
                grad_a[j] = y[j] - a[j]

        return gradient


@dataclass(frozen=True)
class ForgottenHalf(Right):
    """The gradient of ‖y - a‖²."""

    def gradient(self, a: Array, y: Array) -> Array:
        return 2 * (a - y)


@dataclass(frozen=True)
class GradientOfTheMean(Right):
    """Divides by the number of samples, which the rule does already."""

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y) / a.dtype.type(len(a) if a.ndim == 2 else 1)


@dataclass(frozen=True)
class SumOfTheBatch(Right):
    """Gives one number for all samples."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y).sum() / 2


@dataclass(frozen=True)
class OnlyBatches(Right):
    """Sums over axis 1, which a single sample does not have."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y).sum(axis=1) / 2


@dataclass(frozen=True)
class AlwaysFloat64(Right):
    """Computes in its own type."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a - y).sum(axis=-1, dtype=np.float64) / 2

    def gradient(self, a: Array, y: Array) -> Array:
        return np.subtract(a, y, dtype=np.float64)


@dataclass(frozen=True)
class WritesIntoOutputs(Right):
    """Uses the outputs as its buffer."""

    def gradient(self, a: Array, y: Array) -> Array:
        a -= y
        return a


@dataclass(frozen=True)
class HandsOutputsBack(Cost):
    """C_x = ½ ‖a‖², whose gradient is no new array."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square(a).sum(axis=-1) / 2

    def gradient(self, a: Array, y: Array) -> Array:
        return a


@dataclass(frozen=True)
class InfiniteAtTheEdge(Cost):
    """The cross-entropy without a clip."""

    domain = Interval(0.0, 1.0)

    def value(self, a: Array, y: Array) -> Array:
        return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y) / (a * (1 - a))


@dataclass(frozen=True)
class ReadsTheMemory(Right):
    """Reads the buffers in the order of the memory."""

    def gradient(self, a: Array, y: Array) -> Array:
        return (a.ravel(order="K") - y.ravel(order="K")).reshape(a.shape)


@dataclass(frozen=True)
class NotSeparable(Cost):
    """½ (Σ_j y_j - a_j)², which is no sum over outputs, and says that it is."""

    @property
    def separable(self) -> bool:
        return True

    def value(self, a: Array, y: Array) -> Array:
        return np.square((a - y).sum(axis=-1)) / 2

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y).sum(axis=-1, keepdims=True) + np.zeros_like(a)


def a_minus_y(z: Array, a: Array, y: Array) -> Array:
    return a - y


class AMinusY:
    """A plugin that gives a - y for every pair, which is wrong for most."""

    @bpframe.hookimpl
    def bpframe_output_error(self, cost: Cost, activation: Activation) -> OutputError | None:
        return a_minus_y


def of_the_layer(z: Array, a: Array, y: Array) -> Array:
    return a - y if z.shape[-1] == 4 else np.zeros_like(a)


class OfTheLayer:
    """A plugin whose closed form of one pair is right for whole layers only."""

    @bpframe.hookimpl
    def bpframe_output_error(self, cost: Cost, activation: Activation) -> OutputError | None:
        pair = isinstance(cost, CrossEntropy) and activation.link == "logit"
        return of_the_layer if pair else None


@dataclass(frozen=True)
class ScalarAMinusY:
    """a - y of arrays, and y - a of numbers."""

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        return a - y

    def scalar(self, real: type[np.floating[Any]]) -> ScalarOutputError:
        return lambda z, a, y: y - a


@dataclass(frozen=True)
class RowAMinusY:
    """a - y of arrays, and y - a of rows."""

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        return a - y

    def row(self, real: type[np.floating[Any]]) -> RowOutputError:
        def error(z: Any, a: Any, y: Any, delta: Any) -> None:
            for j in range(len(a)):
                delta[j] = y[j] - a[j]

        return error


class WrongRowOutputError:
    """A plugin whose closed form for one pair is another one when rows are compiled."""

    @bpframe.hookimpl
    def bpframe_output_error(self, cost: Cost, activation: Activation) -> OutputError | None:
        pair = isinstance(cost, CrossEntropy) and activation.link == "logit"
        return RowAMinusY() if pair else None


class WrongScalarOutputError:
    """A plugin whose closed form for one pair is another one when it is compiled."""

    @bpframe.hookimpl
    def bpframe_output_error(self, cost: Cost, activation: Activation) -> OutputError | None:
        pair = isinstance(cost, CrossEntropy) and activation.link == "logit"
        return ScalarAMinusY() if pair else None


@dataclass(frozen=True)
class WrongScalarEdge(CrossEntropy):
    """Without the clip when it is compiled, so that saturated outputs divide by zero."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient:
        one = real(1)
        return lambda a, y: (a - y) / (a * (one - a))


RIGHT = [Right(), Positive(), WithoutAConstant()]
WRONG: list[tuple[Cost, set[str]]] = [
    (WrongSign(), {"gradient_agrees_with_differences"}),
    (NotSeparable(), {"each_derivative_depends_on_its_own_output_alone"}),
    (ForgottenHalf(), {"gradient_agrees_with_differences"}),
    (GradientOfTheMean(), {"each_sample_is_worth_what_it_is_alone"}),
    (
        SumOfTheBatch(),
        {
            "value_is_one_number_a_sample",
            "each_sample_is_worth_what_it_is_alone",
            "gradient_agrees_with_differences",
        },
    ),
    (OnlyBatches(), {"value_is_one_number_a_sample", "each_sample_is_worth_what_it_is_alone"}),
    (
        AlwaysFloat64(),
        {"value_is_one_number_a_sample", "gradient_has_the_outputs_shape_and_dtype"},
    ),
    (
        WritesIntoOutputs(),
        {
            "inputs_stay_as_they_were",
            "gradient_is_a_new_array",
            "each_sample_is_worth_what_it_is_alone",
        },
    ),
    (HandsOutputsBack(), {"gradient_is_a_new_array"}),
    (InfiniteAtTheEdge(), {"finite_at_the_edges_of_the_domain"}),
    (WrongScalarGradient(), {"scalar_gradient_is_that_of_arrays"}),
    (WrongRows(), {"row_gradient_is_that_of_arrays"}),
    (WrongScalarEdge(), {"scalar_gradient_is_that_of_arrays"}),
    (ReadsTheMemory(), {"transposed_outputs_give_the_same"}),
]
