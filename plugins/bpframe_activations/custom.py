"""An activation that is written on the command line."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bpframe import Activation, Apply, Array, Interval, ScalarActivation

if TYPE_CHECKING:
    from bpframe_activations.compiled import Compiled


@dataclass(frozen=True)
class Custom(Activation):
    """f(z) from an expression such as "z/(1+abs(z))"; f′ is derived or given.

    Where a subexpression overflows, as exp(z) does in exp(z)/(2+exp(z)) far above 0, f and f′
    are computed again by logarithms. Rules that compile it compute in float64 instead, where exp
    overflows beyond 709. A quotient by 1+exp(…) becomes a sigmoid, which does not. At a kink f′ is
    the mean of both sides.

    Parameters
    ----------
    f : str
        An expression in z: numbers, ``+ - * / **``, ``pi``, ``e`` and elementary functions.
    derivative_ : str, optional
        f′(z) in the same form (the option is ``activation.derivative``); derived if left out.
    low, high : float
        The ends of the range of f. A cost that needs bounded outputs needs them.

    Raises
    ------
    ValueError
        If an expression holds anything that is not allowed, or f or f′ is a finite real number
        nowhere.
    """

    f: str = "z"
    derivative_: str | None = None
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"low is {self.low} and high {self.high}; low must be the smaller")
        # Made now, so that a wrong expression is an error before anything runs.
        _ = self._compiled

    def __getstate__(self) -> dict[str, Any]:
        # The functions cannot be pickled, and are made again where they are needed.
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def range(self) -> Interval:
        """The interval from low to high."""
        return Interval(self.low, self.high)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return self._compiled.value(z)

    def derivative(self, z: Array, a: Array) -> Array:
        return self._compiled.slope(z, a)

    def symbolic(self, z: Any, apply: Apply) -> Any:
        return self._compiled.symbolic(z, apply)

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation:
        return self._compiled.scalar()

    @cached_property
    def _compiled(self) -> Compiled:
        from bpframe_activations.compiled import Compiled

        return Compiled(self.f, self.derivative_)
