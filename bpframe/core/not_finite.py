"""Finds where the numbers of a network stop being finite, and what is at fault."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.mixed_activation import neuron_activations
from bpframe.core.network import ForwardPass, Network

SMALLER = (
    "Try a smaller optimizer.learning_rate, another initializer, or an activation whose range is "
    "bounded."
)
ELSEWHERE = (
    "Take an activation that has a value and a derivative at every z, or keep its z away from "
    "there, with another initializer or a smaller optimizer.learning_rate."
)


class NotFinite(NamedTuple):
    """A place where numbers are not finite any more.

    Attributes
    ----------
    where : str
        The layer; if a function is at fault, the function and the z.
    advice : str
        What may help.
    """

    where: str
    advice: str = SMALLER


def first_not_finite(network: Network, x_one: Array) -> NotFinite | None:
    """Return where these inputs, with ones, make a network's numbers infinite or NaN.

    The forward pass is looked at layer by layer, then f′ from the last layer back.

    Parameters
    ----------
    network : Network
        The network.
    x_one : array, shape (m, n_1 + 1)
        The inputs.
    """
    forward = ForwardPass(network, len(x_one))
    with np.errstate(all="ignore"):
        forward(x_one)
        layers = list(
            enumerate(zip(network.activations, forward.z, forward.a, strict=True), start=2)
        )
        for number, (f, z, a) in layers:
            if not np.isfinite(z).all():
                return _weighted_input(network, number)
            if not np.isfinite(a).all():
                return _of_function("f", number, f, z, a)
        for number, (f, z, a) in reversed(layers):
            slope = f.pullback(np.ones_like(z), z, a)
            if not np.isfinite(slope).all():
                return _of_function("f′", number, f, z, slope)
    return None


def _weighted_input(network: Network, number: int) -> NotFinite:
    if not np.isfinite(network.parameters.blocks[number - 2]).all():
        return NotFinite(f"the weights or biases that lead to layer {number} are not")
    return NotFinite(f"layer {number} is the first that overflows")


def _of_function(what: str, number: int, f: Activation, z: Array, values: Array) -> NotFinite:
    """Return what is said of the first NaN, or if there is none of the first infinite value."""
    wrong: npt.NDArray[np.bool_] = np.isnan(values)
    is_nan = bool(wrong.any())
    if not is_nan:
        wrong = ~np.isfinite(values)
    sample, j = (int(i) for i in np.argwhere(wrong)[0])
    own = neuron_activations(f, z.shape[1])[j]
    verb = "is not a number" if is_nan else "is infinite"
    at = f" at z = {z[sample, j]:.4g}" if own.elementwise else ""
    where = f"{what} of {short_name(own)} {verb}{at}, for neuron {j + 1} of layer {number}"
    grows = what == "f" and not is_nan and abs(z[sample, j]) > 1
    return NotFinite(where, SMALLER if grows else ELSEWHERE)


def short_name(f: Activation) -> str:
    """Return how an activation is written, without the fields that have their defaults."""
    given = {field.name: getattr(f, field.name) for field in dataclasses.fields(f)}
    defaults = {field.name: field.default for field in dataclasses.fields(f)}
    shown = [f"{name}={value!r}" for name, value in given.items() if value != defaults[name]]
    return type(f).__name__ + (f"({', '.join(shown)})" if shown else "")
