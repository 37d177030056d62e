"""The plain step and the plain addition to a gradient: functions that tell their numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.one_training import OfOneTraining
from bpframe.core.parameters import Parameters

Step = Callable[[Parameters], None]
Addition = Callable[[Parameters], None]


class GradientStep(OfOneTraining):
    """The step w ← w - η ∂C/∂w, b ← b - η ∂C/∂b, without a memory of earlier ones.

    Where an optimizer binds it, a rule may take the steps itself, see `Backprop.bind_epoch`. An
    object of a subclass is a step as any other: what it does is not known from its rate.

    Parameters
    ----------
    parameters : Parameters
        What the step changes, in place.
    learning_rate : float
        η.

    Examples
    --------
    >>> from bpframe import GradientStep, Parameters
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> gradient.vector[:] = [2, 4]
    >>> step = GradientStep(parameters, 0.5)
    >>> step(gradient)
    >>> parameters.vector.tolist(), step.learning_rate
    ([-1.0, -2.0], 0.5)
    """

    def __init__(self, parameters: Parameters, learning_rate: float) -> None:
        from scipy.linalg.blas import get_blas_funcs

        self._minus_eta = -float(learning_rate)
        self._vector = parameters.vector
        (self._axpy,) = get_blas_funcs(("axpy",), (self._vector,))

    @property
    def learning_rate(self) -> float:
        """η."""
        return -self._minus_eta

    def __call__(self, gradient: Parameters) -> None:
        """Take the step along a gradient, which stays as it is."""
        self._axpy(gradient.vector, self._vector, a=self._minus_eta)


class WeightDecay(OfOneTraining):
    """The addition of c w to ∂C/∂w, the gradient of the penalty (c/2) Σ w²; biases get nothing.

    Where a regularizer binds it, a rule may add it itself, see `Backprop.bind_epoch`. An object of
    a subclass is an addition as any other: what it does is not known from its coefficient.

    Parameters
    ----------
    parameters : Parameters
        Whose weights are decayed.
    coefficient : float
        c.

    Examples
    --------
    >>> from bpframe import Parameters, WeightDecay
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> parameters.vector[:] = [4, 7]
    >>> add = WeightDecay(parameters, 0.5)
    >>> add(gradient)
    >>> gradient.vector.tolist(), add.coefficient
    ([2.0, 0.0], 0.5)
    """

    def __init__(self, parameters: Parameters, coefficient: float) -> None:
        self._parameters = parameters
        self._coefficient = float(coefficient)

    @property
    def coefficient(self) -> float:
        """The coefficient c."""
        return self._coefficient

    @cached_property
    def _decayed(self) -> list[Array]:
        return [np.empty(w.shape, w.dtype) for w in self._parameters.weights]

    def __call__(self, gradient: Parameters) -> None:
        """Add c w to a gradient, in place."""
        for g, w, decayed in zip(
            gradient.weights, self._parameters.weights, self._decayed, strict=True
        ):
            np.multiply(w, self._coefficient, out=decayed)
            np.add(g, decayed, out=g)
