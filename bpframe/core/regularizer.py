"""The base class of a penalty on the parameters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from bpframe.core.component import Component
from bpframe.core.parameters import Parameters
from bpframe.core.steps import Addition, Constraint


@dataclass(frozen=True)
class Regularizer(Component):
    """A penalty that is added to the cost.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Parameters, Regularizer
    >>> @dataclass(frozen=True)
    ... class L1(Regularizer):
    ...     lambda_: float = 1.0
    ...
    ...     def penalty(self, parameters, n):
    ...         return self.lambda_ / n * sum(float(abs(w).sum()) for w in parameters.weights)
    ...
    ...     def bind(self, parameters, n):
    ...         def add(gradient):
    ...             for g, w in zip(gradient.weights, parameters.weights):
    ...                 g += self.lambda_ / n * np.sign(w)
    ...
    ...         return add
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> parameters.vector[:] = [-3, 5]
    >>> L1().bind(parameters, 2)(gradient)
    >>> L1().penalty(parameters, 2), gradient.vector.tolist()
    (1.5, [-0.5, 0.0])
    """

    kind: ClassVar[str] = "regularizer"

    @abstractmethod
    def penalty(self, parameters: Parameters, n: int) -> float:
        """Return the penalty for a training set of n samples."""

    @abstractmethod
    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        """Return the function that adds the penalty's gradient in one training, or None.

        It is called once before a run, to find out whether the regularizer fits, and further as
        often as `Optimizer.bind`.

        Parameters
        ----------
        parameters : Parameters
            What is trained, and stays as it is.
        n : int
            Samples of the training set.

        Returns
        -------
        callable or None
            ``add(gradient)`` adds the penalty's gradient to the `Parameters` `gradient`, in place.
            None if it is zero. A `WeightDecay` or an `ElementwiseAddition` lets a rule add it
            itself, see `Backprop.bind_epoch`.

        Raises
        ------
        ValueError
            If it cannot serve these parameters, with the reason.
        """

    def bind_constraint(self, parameters: Parameters) -> Constraint | None:
        """Return the function that is called after each step of one training, or None.

        For what is no addition to the gradient but a bound on the parameters, such as the norm of
        each neuron's weights: ``keep()`` changes `parameters` in place. It is called as often as
        `bind`.
        """
        return None
