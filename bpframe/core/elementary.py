"""The elementary functions that a formula may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

# By the number of their arguments.
ELEMENTARY: Mapping[str, tuple[int, Callable[..., Any]]] = {
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
