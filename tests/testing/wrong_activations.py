"""Activations that are wrong in one way each, and the checks that must notice it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpframe import Activation, Array, Interval, RowActivation, ScalarActivation, Term
from bpframe_activations import Softmax

DERIVATIVES = {
    "derivative_agrees_with_differences",
    "pullback_agrees_with_differences",
    "jacobian_agrees_with_differences",
}


@dataclass(frozen=True)
class Right(Activation):
    """f(z) = tanh(z): nothing is wrong with it."""

    range = Interval(-1.0, 1.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.tanh(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return 1 - a * a


@dataclass(frozen=True)
class Exponential(Activation):
    """f(z) = exp(z), which may overflow, for its range has no end."""

    range = Interval(0.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.exp(z)

    def derivative(self, z: Array, a: Array) -> Array:
        return a.copy()


@dataclass(frozen=True)
class Constant(Activation):
    """f(z) = 1: of no use, and not wrong."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.ones_like(z)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.zeros_like(z)


@dataclass(frozen=True)
class SlightlyWrongDerivative(Right):
    """Too large by a share of 10⁻⁵."""

    def derivative(self, z: Array, a: Array) -> Array:
        return (1 - a * a) * a.dtype.type(1.00001)


@dataclass(frozen=True)
class DerivativeFromZ(Right):
    """Takes z for a, as if f′ were 1 - z²."""

    def derivative(self, z: Array, a: Array) -> Array:
        return 1 - z * z


@dataclass(frozen=True)
class UndeclaredKink(Activation):
    """f(z) = max(0, z), without a word about 0."""

    range = Interval(0.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.maximum(z, 0, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return (z > 0).astype(z.dtype)


@dataclass(frozen=True)
class OutOfRange(Right):
    """Leaves the range that it declares."""

    range = Interval(-0.9, 0.9)


@dataclass(frozen=True)
class InfiniteWithinBounds(Exponential):
    """f(z) = exp(z), with a range that ends at 10^30."""

    range = Interval(0.0, 1e30)


@dataclass(frozen=True)
class NaiveSigmoid(Activation):
    """1 / (1 + exp(-z)), whose exponential overflows though f does not."""

    range = Interval(0.0, 1.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return 1 / (1 + np.exp(-z))

    def derivative(self, z: Array, a: Array) -> Array:
        return a * (1 - a)


@dataclass(frozen=True)
class NotANumberAtZero(Activation):
    """f(z) = z² / z."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return z * z / z

    def derivative(self, z: Array, a: Array) -> Array:
        return np.ones_like(z)


@dataclass(frozen=True)
class ChangesZ(Right):
    """Uses z as its buffer."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a = np.tanh(z)
        z *= 0.5
        return a


@dataclass(frozen=True)
class ChangesGradA(Right):
    """Computes the pullback in the array that it is given."""

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        grad_a *= 1 - a * a
        return grad_a.copy()


@dataclass(frozen=True)
class HandsGradABack(Activation):
    """f(z) = z, whose pullback is no new array."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.positive(z, out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.ones_like(z)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        return grad_a


@dataclass(frozen=True)
class AlwaysFloat64(Right):
    """Multiplies with an array of its own type."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.tanh(z) * np.ones(1)


@dataclass(frozen=True)
class FlattensOut(Right):
    """Fills a flat copy of `out` where that is a view."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        if out is None:
            return np.tanh(z)
        np.tanh(z.reshape(-1), out=out.reshape(-1))
        return out


@dataclass(frozen=True)
class WritesBesideOut(Right):
    """Fills the whole buffer that `out` is a view of."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        if out is not None and out.base is not None:
            out.base[:] = 1
        return np.tanh(z)


@dataclass(frozen=True)
class Centred(Activation):
    """f(z) = z - mean(z), which is not elementwise and does not say so."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return z - z.mean(axis=-1, keepdims=True)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.full_like(z, 1 - 1 / z.shape[-1])

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        return grad_a - grad_a.mean(axis=-1, keepdims=True)

    def jacobian(self, z: Array) -> Array:
        return np.eye(len(z), dtype=z.dtype) - z.dtype.type(1 / len(z))


@dataclass(frozen=True)
class OfTheBatch(Activation):
    """f(z) = z · the number of samples: a sample is not worth what it is alone."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return z * (len(z) if z.ndim == 2 else 1)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.full_like(z, len(z) if z.ndim == 2 else 1)


@dataclass(frozen=True)
class TakesTheFirstAxis(Right):
    """Reads the buffer in the order of the memory, which for a transposed z is another one."""

    def derivative(self, z: Array, a: Array) -> Array:
        flat = a.ravel(order="K")
        return (1 - flat * flat).reshape(a.shape)


@dataclass(frozen=True)
class OnlyBatches(Activation):
    """A softmax that sums over axis 1, which a single sample does not have."""

    range = Interval(0.0, 1.0, sums_to_one=True)
    elementwise = False

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a = np.exp(z - z.max(axis=1, keepdims=True))
        return a / a.sum(axis=1, keepdims=True)

    def derivative(self, z: Array, a: Array) -> Array:
        return a * (1 - a)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        return a * (grad_a - (a * grad_a).sum(axis=1, keepdims=True))

    def jacobian(self, z: Array) -> Array:
        a = self(z[np.newaxis])[0]
        return np.diag(a) - np.outer(a, a)


@dataclass(frozen=True)
class OneMinusTooFew(OnlyBatches):
    """A softmax that calls itself a distribution and sums to 0.999."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        a = np.exp(z - z.max(axis=-1, keepdims=True))
        return a / a.sum(axis=-1, keepdims=True) * z.dtype.type(0.999)

    def derivative(self, z: Array, a: Array) -> Array:
        return a * (1 - a / a.dtype.type(0.999))

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        share = a / a.dtype.type(0.999)
        return a * (grad_a - (share * grad_a).sum(axis=-1, keepdims=True))

    def jacobian(self, z: Array) -> Array:
        a = self(z)
        return np.diag(a) - np.outer(a, a / a.dtype.type(0.999))


@dataclass(frozen=True)
class WrongScalarForm(Right):
    """Another function when it is compiled."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return lambda z: math.sin(z), lambda z, a: 1 - a * a


@dataclass(frozen=True)
class WrongScalarSlope(Right):
    """Another slope when it is compiled."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return lambda z: math.tanh(z), lambda z, a: 1 - a


@dataclass(frozen=True)
class WrongScalarFarOut(Right):
    """Another function far from 0 when it is compiled."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return lambda z: math.tanh(z) if z < 10 else 0, lambda z, a: 1 - a * a


@dataclass(frozen=True)
class WrongRows(Softmax):
    """Not divided by the sum when it is compiled."""

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        def f(z: Any, a: Any) -> None:
            for j in range(len(z)):
                a[j] = math.exp(z[j] - max(z))

        return f, super().row(real)[1]


@dataclass(frozen=True)
class WrongPullbackOfRows(Softmax):
    """The pullback of f′ alone when it is compiled."""

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        one = real(1)

        def pullback(grad_a: Any, z: Any, a: Any, grad_z: Any) -> None:
            for j in range(len(z)):
                grad_z[j] = a[j] * (one - a[j]) * grad_a[j]

        return super().row(real)[0], pullback


@dataclass(frozen=True)
class RowsThatForgetOne(Softmax):
    """Writes all numbers but the last."""

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        f, pullback = super().row(real)

        def all_but_one(grad_a: Any, z: Any, a: Any, grad_z: Any) -> None:
            before = grad_z[len(z) - 1]
            pullback(grad_a, z, a, grad_z)
            grad_z[len(z) - 1] = before

        return f, all_but_one


@dataclass(frozen=True)
class RowsThatWriteIntoWhatTheyRead(Softmax):
    """Leaves z - max z where z was."""

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        f, pullback = super().row(real)

        def shifting(z: Any, a: Any) -> None:
            z -= max(z) + real(1)
            f(z, a)

        return shifting, pullback


@dataclass(frozen=True)
class WrongTerm(Softmax):
    """Softmax whose symbolic form sums to 2."""

    def symbolic(self, z: Term) -> Term:
        return 2 * super().symbolic(z)


@dataclass(frozen=True)
class WrongLink(Activation):
    """The sigmoid of 2z, with the link of the inverse of the logit."""

    range = Interval(0.0, 1.0)
    link = "logit"

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return (np.tanh(z) + 1) / 2

    def derivative(self, z: Array, a: Array) -> Array:
        return 2 * a * (1 - a)


@dataclass(frozen=True)
class HoldsAFunction(Right):
    """Keeps a function that cannot be pickled."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", lambda z: z)


@dataclass(frozen=True)
class KinksByField(Right):
    """Makes an option of what it says about itself."""

    kinks: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class DoublesItsField(Right):
    """Changes what it is given, each time that it is built anew.

    Parameters
    ----------
    beta : float
        The factor.
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "beta", 2 * self.beta)


@dataclass(frozen=True)
class FunctionField(Right):
    """Has a field that no configuration can hold.

    Parameters
    ----------
    f : float
        The function.
    """

    f: Callable[[float], float] = abs


@dataclass(frozen=True)
class Undescribed(Right):
    beta: float = 1.0


@dataclass(frozen=True)
class UndescribedOption(Right):
    """Does not say what its option means.

    Parameters
    ----------
    beta : float
    """

    beta: float = 1.0


class NoDataclass(Right):
    """Derived from a dataclass, and none itself."""


RIGHT = [Right(), Exponential(), Constant()]
VECTORS = {
    "shape_and_dtype_are_kept",
    "inputs_stay_as_they_were",
    "each_sample_is_worth_what_it_is_alone",
    "derivative_pullback_and_jacobian_agree",
    "pullback_is_a_new_array",
    *DERIVATIVES,
}
# What is changed where it must not be makes what is computed from it wrong, too.
CHANGED_Z = {
    "inputs_stay_as_they_were",
    "result_is_right_whether_out_is_used_or_not",
    "transposed_z_gives_the_same",
    "each_sample_is_worth_what_it_is_alone",
    "each_output_depends_on_its_own_z_alone",
    "derivative_agrees_with_differences",
    "pullback_agrees_with_differences",
    "derivative_pullback_and_jacobian_agree",
}
CHANGED_GRAD_A = {
    "inputs_stay_as_they_were",
    "each_sample_is_worth_what_it_is_alone",
    "pullback_agrees_with_differences",
    "derivative_pullback_and_jacobian_agree",
}
WRONG: list[tuple[Activation, set[str]]] = [
    (SlightlyWrongDerivative(), DERIVATIVES),
    (DerivativeFromZ(), DERIVATIVES),
    (UndeclaredKink(), DERIVATIVES),
    (OutOfRange(), {"outputs_stay_in_the_declared_range"}),
    (InfiniteWithinBounds(), {"outputs_stay_in_the_declared_range"}),
    (NaiveSigmoid(), {"extreme_z_give_numbers_without_a_warning"}),
    (NotANumberAtZero(), {"extreme_z_give_numbers_without_a_warning"}),
    (ChangesZ(), CHANGED_Z),
    (ChangesGradA(), CHANGED_GRAD_A),
    (HandsGradABack(), {"pullback_is_a_new_array"}),
    (AlwaysFloat64(), {"shape_and_dtype_are_kept", "result_is_right_whether_out_is_used_or_not"}),
    (FlattensOut(), {"result_is_right_whether_out_is_used_or_not"}),
    (WritesBesideOut(), {"result_is_right_whether_out_is_used_or_not"}),
    (Centred(), {"each_output_depends_on_its_own_z_alone"}),
    (OfTheBatch(), {"each_sample_is_worth_what_it_is_alone"}),
    (TakesTheFirstAxis(), {"transposed_z_gives_the_same"}),
    (OnlyBatches(), VECTORS),
    (OneMinusTooFew(), {"outputs_stay_in_the_declared_range"}),
    (WrongScalarForm(), {"scalar_form_is_that_of_arrays"}),
    (WrongScalarSlope(), {"scalar_form_is_that_of_arrays"}),
    (WrongScalarFarOut(), {"scalar_form_is_that_of_arrays"}),
    (WrongRows(), {"row_form_is_that_of_arrays"}),
    (WrongPullbackOfRows(), {"row_form_is_that_of_arrays"}),
    (RowsThatForgetOne(), {"row_form_is_that_of_arrays"}),
    (RowsThatWriteIntoWhatTheyRead(), {"row_form_is_that_of_arrays"}),
    (WrongTerm(), {"symbolic_form_gives_the_same"}),
    (WrongLink(), {"closed_form_equals_bp1"}),
    (HoldsAFunction(), {"survives_pickling_and_copying"}),
    (DoublesItsField(), {"comes_back_from_a_configuration", "equals_what_is_built_alike"}),
    (
        KinksByField(),
        {
            "can_be_registered",
            "comes_back_from_a_configuration",
            "describes_every_option",
            "refuses_values_with_words",
        },
    ),
    (
        FunctionField(),
        {"can_be_registered", "comes_back_from_a_configuration", "refuses_values_with_words"},
    ),
    (Undescribed(), {"says_in_one_line_what_it_is", "describes_every_option"}),
    (UndescribedOption(), {"describes_every_option"}),
    (
        NoDataclass(),
        {"can_be_registered", "comes_back_from_a_configuration", "refuses_values_with_words"},
    ),
]
