"""Formulas as trees of operations, for what writes a network in another language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Union

import numpy as np

from bpframe.errors import did_you_mean

# By the number of what they are applied to.
ARITHMETIC: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, np.add),
    "sub": (2, np.subtract),
    "mul": (2, np.multiply),
    "div": (2, np.divide),
    "pow": (2, np.power),
    "neg": (1, np.negative),
}
# Over all neurons of the layer, for outputs that depend on each other.
OVER_LAYER: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "layer_max": (1, lambda a: np.max(a, axis=-1, keepdims=True)),
    "layer_sum": (1, lambda a: np.sum(a, axis=-1, keepdims=True)),
}
Operand = Union["Term", float]


@cache
def operations() -> Mapping[str, tuple[int, Callable[..., Any]]]:
    """Return all that a term may be made of: the arithmetic, elementary functions, layers."""
    # SciPy takes its time, and only who computes or writes a term needs it.
    from bpframe.core.elementary import ELEMENTARY

    return {**ARITHMETIC, **OVER_LAYER, **ELEMENTARY}


@dataclass(frozen=True, eq=False)
class Term:
    """The weighted inputs z of a layer, or an operation on other terms.

    Arithmetic of terms and numbers gives terms; `apply` is for functions. One that is used twice is
    computed once.

    Parameters
    ----------
    name : str
        ``z``, or a name of `operations`.
    arguments : tuple of Term or float
        What the operation is applied to.

    Examples
    --------
    >>> z = Term("z")
    >>> softsign = z / (1 + z.apply("abs"))
    >>> softsign.value(np.array([-1.0, 0.0, 3.0])).tolist()
    [-0.5, 0.0, 0.75]
    """

    name: str
    arguments: tuple[Operand, ...] = ()

    def apply(self, name: str, *others: Operand) -> Term:
        """Return a function of this term, such as ``exp`` or ``max`` with another one.

        Raises
        ------
        ValueError
            If there is no such operation, or it takes another number of arguments.
        """
        known = operations()
        if name not in known:
            raise ValueError(f"there is no operation '{name}'.{did_you_mean(name, known)}")
        if (count := known[name][0]) != 1 + len(others):
            raise ValueError(f"{name} takes {count} argument(s), and not {1 + len(others)}")
        return Term(name, (self, *others))

    def value(self, z: Any) -> Any:
        """Return the value for weighted inputs z, an array of shape (m, n) or (n,)."""
        known: dict[int, Any] = {}

        def of(operand: Operand) -> Any:
            if not isinstance(operand, Term):
                return operand
            if id(operand) not in known:
                if operand.name == "z":
                    known[id(operand)] = z
                else:
                    function = operations()[operand.name][1]
                    known[id(operand)] = function(*map(of, operand.arguments))
            return known[id(operand)]

        return of(self)

    def __add__(self, other: Operand) -> Term:
        return Term("add", (self, other))

    def __radd__(self, other: float) -> Term:
        return Term("add", (other, self))

    def __sub__(self, other: Operand) -> Term:
        return Term("sub", (self, other))

    def __rsub__(self, other: float) -> Term:
        return Term("sub", (other, self))

    def __mul__(self, other: Operand) -> Term:
        return Term("mul", (self, other))

    def __rmul__(self, other: float) -> Term:
        return Term("mul", (other, self))

    def __truediv__(self, other: Operand) -> Term:
        return Term("div", (self, other))

    def __rtruediv__(self, other: float) -> Term:
        return Term("div", (other, self))

    def __pow__(self, other: Operand) -> Term:
        return Term("pow", (self, other))

    def __neg__(self) -> Term:
        return Term("neg", (self,))
