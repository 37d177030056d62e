"""The base class of what makes large gradients smaller."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from bpframe.core.component import Component
from bpframe.core.parameters import Parameters
from bpframe.core.steps import Clip


@dataclass(frozen=True)
class Clipping(Component):
    """What makes large gradients smaller, before a step follows them.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Clipping, Parameters
    >>> @dataclass(frozen=True)
    ... class Half(Clipping):
    ...     '''Derivatives beyond 1 get half as long.'''
    ...
    ...     def bind(self, parameters):
    ...         def clip(gradient):
    ...             gradient.vector[np.abs(gradient.vector) > 1] /= 2
    ...
    ...         return clip
    >>> gradient = Parameters([1, 1])
    >>> gradient.vector[:] = [0.5, -5]
    >>> Half().bind(Parameters([1, 1]))(gradient)
    >>> gradient.vector.tolist()
    [0.5, -2.5]
    """

    kind: ClassVar[str] = "clipping"

    @abstractmethod
    def bind(self, parameters: Parameters) -> Clip | None:
        """Return the function that clips each gradient of one training, or None for none.

        Parameters
        ----------
        parameters : Parameters
            What is trained, and stays as it is.

        Returns
        -------
        callable or None
            ``clip(gradient)`` changes the `Parameters` `gradient` in place: the gradient of the
            whole cost, that of the penalty included. A `GradientClip` lets a rule clip itself, see
            `Backprop.bind_epoch`.

        Raises
        ------
        ValueError
            If it cannot serve these parameters, with the reason.
        """
