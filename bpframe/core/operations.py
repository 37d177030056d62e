"""The operations that a function of single numbers, or of a whole layer, is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special


def choose(u: Any, v: Any, above: Any, below: Any) -> Any:
    """Return `above` where u > v, `below` where u < v, and their mean where they are equal."""
    return np.where(u > v, above, np.where(u < v, below, (above + below) / 2))


def softmax(z: Any) -> Any:
    """Return exp(z_j) / Σ_k exp(z_k) along the last axis."""
    return special.softmax(z, axis=-1)


# Functions that an expression may call, by the number of their arguments.
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs),
    "acos": (1, np.arccos),
    "acosh": (1, np.arccosh),
    "asin": (1, np.arcsin),
    "asinh": (1, np.arcsinh),
    "atan": (1, np.arctan),
    "atanh": (1, np.arctanh),
    "cos": (1, np.cos),
    "cosh": (1, np.cosh),
    "erf": (1, special.erf),
    "exp": (1, np.exp),
    "log": (1, np.log),
    "max": (2, np.maximum),
    "min": (2, np.minimum),
    "sigmoid": (1, special.expit),
    "sign": (1, np.sign),
    "sin": (1, np.sin),
    "sinh": (1, np.sinh),
    "softplus": (1, lambda z: np.logaddexp(z, 0)),
    "sqrt": (1, np.sqrt),
    "tan": (1, np.tan),
    "tanh": (1, np.tanh),
}
# Each is carried out with arrays, number by number; softmax with each row.
OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": np.add,
    "choose": choose,
    "div": np.divide,
    "mul": np.multiply,
    "neg": np.negative,
    "pow": np.power,
    "softmax": softmax,
    "sub": np.subtract,
    **{name: function for name, (_, function) in FUNCTIONS.items()},
}


def apply_to_arrays(name: str, *arguments: Any) -> Any:
    """Return the result of an operation on arrays and numbers; for `Activation.symbolic`."""
    return OPERATIONS[name](*arguments)
