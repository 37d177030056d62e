"""The book's notation as text: w²₁₂, δ³₁; neurons are counted from 1, as there."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from bpframe import Activation, Array, Component, neuron_activations

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


Names = Mapping[type[Component], str]


def title(component: Component, names: Names) -> str:
    """Return what a component is called, with the options that are not the defaults.

    On the command line it has a name, such as ``sgd optimizer.learning_rate=0.5``; in Python it is
    the class, such as ``SGD(learning_rate=0.5)``.
    """
    own = []
    for field in dataclasses.fields(component):
        make, value = field.default_factory, getattr(component, field.name)
        if value != (field.default if make is dataclasses.MISSING else make()):
            own.append(f"{field.name.removesuffix('_')}={value}")
    if name := names.get(type(component)):
        return " ".join([name, *(f"{component.kind}.{option}" for option in own)])
    return type(component).__name__ + (f"({', '.join(own)})" if own else "")


def layer_title(f: Activation, n: int, names: Names) -> str:
    """Return the name of the f of a layer of n neurons, then of those that have one of their own.

    Such as ``sigmoid, neuron 3: tanh``.
    """
    neurons: dict[str, list[str]] = {}
    for j, own in enumerate(neuron_activations(f, n), 1):
        neurons.setdefault(title(own, names), []).append(str(j))
    most = max(neurons, key=lambda name: len(neurons[name]))
    texts = [most]
    for name, own_to in neurons.items():
        if name != most:
            plural = "s" if len(own_to) > 1 else ""
            texts.append(f"neuron{plural} {', '.join(own_to)}: {name}")
    return ", ".join(texts)
