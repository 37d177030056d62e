"""The book's notation as text: w²₁₂, δ³₁; neurons are counted from 1, as there."""

from __future__ import annotations

import dataclasses
import math

from bpframe import Array
from bpframe.components import Component

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol(letter: str, layer: int, *numbers: int) -> str:
    """Return a letter with its layer raised and its neurons, given from 0, lowered."""
    texts = [str(number + 1) for number in numbers]
    separator = "," if any(len(text) > 1 for text in texts) else ""
    lowered = separator.join(text.translate(LOWERED) for text in texts)
    return f"{letter}{str(layer).translate(RAISED)}{lowered}"


def parameter(layer: int, j: int, k: int, n_in: int) -> str:
    """Return the name of w_jk, or of b_j for k = n_in."""
    return symbol("b", layer, j) if k == n_in else symbol("w", layer, j, k)


def number(value: float) -> str:
    """Return a number with five significant digits, or a dash if it was not computed."""
    # Adding 0 makes a negative zero a plain one.
    return "–" if math.isnan(value) else f"{value + 0.0:.5g}"


def vector(values: Array, most: int) -> str:
    """Return the numbers in brackets, or how many there are if there are more than `most`."""
    if len(values) > most:
        return f"{len(values)} numbers from {number(values.min())} to {number(values.max())}"
    return f"({', '.join(map(number, values))})"


def title(component: Component) -> str:
    """Return the name of a component's class, with the options that are not the defaults."""
    fields = [(f, getattr(component, f.name)) for f in dataclasses.fields(component)]
    own = [f"{f.name.removesuffix('_')}={value}" for f, value in fields if value != f.default]
    return type(component).__name__ + (f"({', '.join(own)})" if own else "")
