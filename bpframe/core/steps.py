"""What follows each gradient: functions that tell their numbers and what they remember."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.one_training import OfOneTraining
from bpframe.core.parameters import Parameters
from bpframe.core.routines import blas_routine

Step = Callable[[Parameters], None]
Addition = Callable[[Parameters], None]
Clip = Callable[[Parameters], None]
Constraint = Callable[[], None]
# (w, g, rate, t, *remembered) → (w, *remembered), and w → what is added to ∂C/∂w.
ScalarStep = Callable[..., Any]
ScalarAddition = Callable[[Any], Any]


@runtime_checkable
class RatedStep(Protocol):
    """A step whose learning rate can be read and set, so that a schedule can serve it."""

    learning_rate: float

    def __call__(self, gradient: Parameters) -> None:
        """Take the step along a gradient."""


class GradientStep(OfOneTraining):
    """The step w ← w - η ∂C/∂w, b ← b - η ∂C/∂b, without a memory of earlier ones.

    Where an optimizer binds it, a rule may take the steps itself, see `Backprop.bind_epoch`. An
    object of a subclass is a step as any other: what it does is not known from its rate.

    Parameters
    ----------
    parameters : Parameters
        What the step changes, in place.
    learning_rate : float
        η; a schedule sets it anew.

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
        self.learning_rate = learning_rate
        self._vector = parameters.vector
        self._axpy = blas_routine("axpy", self._vector)

    @property
    def learning_rate(self) -> float:
        """η."""
        return -self._minus_eta

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._minus_eta = -float(rate)

    def __call__(self, gradient: Parameters) -> None:
        """Take the step along a gradient, which stays as it is."""
        self._axpy(gradient.vector, self._vector, a=self._minus_eta)


class ElementwiseStep(OfOneTraining):
    """Base of steps that move each parameter by its own derivatives alone, now and before.

    Parameters
    ----------
    parameters : Parameters
        What the step changes, in place.
    learning_rate : float
        η; a schedule sets it anew.
    remembered : sequence of str
        The names of what is remembered of each parameter, such as its velocity; 0 at first.
    weight_decay : float
        c, where the weights, and not the biases, shrink to 1 - ηc of themselves before each step.

    Attributes
    ----------
    steps : array of int64, shape (1,)
        How many steps have been taken.
    remembered : dict of arrays, shape (count,)
        By name; what is computed from earlier gradients stands here and nowhere else.
    state : dict of arrays
        Both: what a checkpoint keeps, and writes into.
    """

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float,
        remembered: Sequence[str] = (),
        weight_decay: float = 0.0,
    ) -> None:
        self.learning_rate = float(learning_rate)
        self.weight_decay = float(weight_decay)
        self.steps: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self.remembered: dict[str, Array] = {
            name: np.zeros_like(parameters.vector) for name in remembered
        }
        self._parameters = parameters

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """What it remembers from step to step, by name."""
        return {"steps": self.steps, **self.remembered}

    def __call__(self, gradient: Parameters) -> None:
        """Take the step along a gradient, which stays as it is."""
        self.steps += 1
        if self.weight_decay:
            self._decay(1 - self.learning_rate * self.weight_decay)
        self.move(self._parameters.vector, gradient.vector, int(self.steps[0]))

    @cached_property
    def _biases(self) -> list[Array]:
        return [np.empty(b.shape, b.dtype) for b in self._parameters.biases]

    def _decay(self, factor: float) -> None:
        # One pass over the vector takes a third of the time of one over each layer's weights.
        for kept, b in zip(self._biases, self._parameters.biases, strict=True):
            kept[:] = b
        vector = self._parameters.vector
        np.multiply(vector, factor, out=vector)
        for kept, b in zip(self._biases, self._parameters.biases, strict=True):
            b[:] = kept

    @abstractmethod
    def move(self, w: Array, g: Array, t: int) -> None:
        """Change all parameters w, shape (count,), in place by their derivatives g.

        Parameters
        ----------
        w, g : arrays, shape (count,)
            Weights and biases, and their derivatives, which stay as they are.
        t : int
            The number of the step, from 1.
        """

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep | None:
        """Return `move` as a function of single numbers, or None if there is none.

        It is ``(w, g, rate, t, *remembered) → (w, *remembered)``, of one parameter, its derivative,
        η, the number of the step as a float, and what is remembered, in order. See
        `Activation.scalar` for what may stand in it.

        Parameters
        ----------
        real : numpy.float32 or numpy.float64
            The type of all numbers.
        """
        return None


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


class ElementwiseAddition(OfOneTraining):
    """Base of additions to ∂C/∂w that depend on the same w alone; biases get nothing.

    Parameters
    ----------
    parameters : Parameters
        Whose weights are penalised.
    """

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def __call__(self, gradient: Parameters) -> None:
        """Add to the gradient of each layer's weights, in place."""
        for g, w in zip(gradient.weights, self._parameters.weights, strict=True):
            g += self.of(w)

    @abstractmethod
    def of(self, w: Array) -> Array:
        """Return what is added for weights of any shape, in a new array of it."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarAddition | None:
        """Return `of` as a function of one number, or None; see `Activation.scalar`."""
        return None


class GradientClip(OfOneTraining):
    """Makes a gradient short, as a whole and number by number, in place.

    Parameters
    ----------
    norm : float
        The most that the norm over all weights and biases may be; a longer gradient is scaled to
        it.
    value : float
        The most that a number may be, above and below 0.
    """

    def __init__(self, norm: float = np.inf, value: float = np.inf) -> None:
        self.norm, self.value = float(norm), float(value)

    def __call__(self, gradient: Parameters) -> None:
        """Clip a gradient."""
        g = gradient.vector
        if self.norm < np.inf and (length := _length(g)) > self.norm:
            g *= self.norm / length
        if self.value < np.inf:
            np.clip(g, -self.value, self.value, out=g)


def _length(g: Array) -> float:
    with np.errstate(over="ignore"):
        length = float(np.linalg.norm(g))
    # The squares of numbers that are large in 32 bits are none in 64.
    return length if length < np.inf else float(np.linalg.norm(g.astype(np.float64)))
