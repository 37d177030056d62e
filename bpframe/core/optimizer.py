"""The base class of an optimizer, which takes the steps."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from bpframe.core.component import Component
from bpframe.core.parameters import Parameters
from bpframe.core.steps import Step


@dataclass(frozen=True)
class Optimizer(Component):
    """How a gradient becomes a step.

    A field ``learning_rate`` that holds ``"auto"`` is replaced by a measured rate before use.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Optimizer, Parameters
    >>> @dataclass(frozen=True)
    ... class SignDescent(Optimizer):
    ...     learning_rate: float = 0.01
    ...
    ...     def bind(self, parameters):
    ...         def step(gradient):
    ...             parameters.vector[:] -= self.learning_rate * np.sign(gradient.vector)
    ...
    ...         return step
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> gradient.vector[:] = [3, -5]
    >>> SignDescent(0.5).bind(parameters)(gradient)
    >>> parameters.vector.tolist()
    [-0.5, 0.5]
    """

    kind: ClassVar[str] = "optimizer"

    @abstractmethod
    def bind(self, parameters: Parameters) -> Step:
        """Return the function that takes the steps of one training.

        It is called once before a run, to find out whether the optimizer fits, if the learning
        rate is a number then; once for each rate that is tried; once for each training; and once
        by ``task=explain``. What a step remembers, such as a velocity, is made here, and shared
        with no other training.

        Parameters
        ----------
        parameters : Parameters
            What is trained: one vector, float32 or float64, and views of it.

        Returns
        -------
        callable
            ``step(gradient)`` changes `parameters` in place, and leaves the `Parameters`
            `gradient` as they are. A `GradientStep` lets a rule take the steps itself, see
            `Backprop.bind_epoch`. What remembers something has it in an attribute ``state``, a
            mapping of names to arrays that change in place: a training that was left goes on with
            it.

        Raises
        ------
        ValueError
            If it cannot train these parameters, with the reason.
        """
