"""The operations of a formula, carried out with arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpframe import ELEMENTARY

# Functions that an expression may call, by the number of their arguments.
FUNCTIONS = ELEMENTARY


def choose(u: Any, v: Any, above: Any, below: Any) -> Any:
    """Return `above` where u > v, `below` where u < v, and their mean where they are equal."""
    return np.where(u > v, above, np.where(u < v, below, (above + below) / 2))


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": np.add,
    "choose": choose,
    "div": np.divide,
    "mul": np.multiply,
    "neg": np.negative,
    "pow": np.power,
    "sub": np.subtract,
    **{name: function for name, (_, function) in FUNCTIONS.items()},
}
