"""Rows of numbers: a line for each neuron, weight and bias, or for the main ones of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bpframe import Array, Parameters
from bpframe_explain.explanation import Explanation
from bpframe_explain.notation import parameter, symbol
from bpframe_explain.passes import Layer
from bpframe_explain.selection import largest

NEURON_COLUMNS = ("z", "a", "f′(z)", "∂C/∂a", "δ")
STATISTICS: dict[str, Callable[[Array], float]] = {
    "least": lambda values: float(values.min()),
    "mean": lambda values: float(values.mean()),
    "most": lambda values: float(values.max()),
}


class Row(NamedTuple):
    """A line of a table: its name, its numbers, and whose they are, if they are one's.

    Attributes
    ----------
    place : tuple of int or None
        (j,) of a neuron, (j, k) of a weight or bias, from 0; None for a statistic.
    """

    name: str
    values: Array
    place: tuple[int, ...] | None


def neuron_rows(layer: Layer, classes: Sequence[str], in_full: int, shown: int) -> Iterator[Row]:
    """Yield each neuron, or if there are more than `in_full` statistics and the largest δ."""
    quantities = np.stack([layer.z, layer.a, layer.derivative, layer.grad_a, layer.delta], axis=1)
    neurons = list(range(len(quantities)))
    if len(neurons) > in_full:
        for name, statistic in STATISTICS.items():
            yield Row(name, np.apply_along_axis(statistic, 0, quantities), None)
        neurons = largest(layer.delta, shown)[0].tolist()
    for j in neurons:
        yield Row(f"{j + 1}" + (f" class {classes[j]}" if classes else ""), quantities[j], (j,))


def parameter_columns(explanation: Explanation) -> dict[tuple[str, str], Parameters]:
    """Return what is shown of each weight and bias, by heading: equation, and name."""
    gradient = ("(BP3)", "(BP4)") if explanation.trainer.backprop.exact else ("by the", "rule")
    columns = {
        ("", "value"): explanation.network.parameters,
        gradient: explanation.gradient,
        ("(46) by", "differences"): explanation.differences,
    }
    if explanation.path_sums:
        columns["(53) by", "paths"] = explanation.path_sums
    if explanation.penalty:
        columns["of the", "penalty"] = explanation.penalty
    return columns | {("", "step"): explanation.step, ("", "new value"): explanation.after}


def parameter_rows(explanation: Explanation, i: int, in_full: int, shown: int) -> Iterator[Row]:
    """Yield the weights of ``weights[i]``, then the biases: if many, by size of their gradient.

    If the layer has more than `in_full`, the root mean square stands above the largest ones.
    """
    layer = explanation.layers[i]
    columns = parameter_columns(explanation).values()
    quantities = np.stack([parameters.blocks[i] for parameters in columns])
    gradient = np.abs(explanation.gradient.blocks[i])
    n_in = len(layer.a_in)
    for letter, first, end in (("w", 0, n_in), ("b", n_in, n_in + 1)):
        own = quantities[:, :, first:end]
        count = own[0].size
        if gradient.size > in_full:
            rms = np.sqrt(np.square(own).mean(axis=(1, 2)))
            yield Row(f"rms, {count:,} {symbol(letter, layer.number)}", rms, None)
            j, k = largest(gradient[:, first:end], shown)
        else:
            j, k = np.unravel_index(np.arange(count), own[0].shape)
        for place in zip(j.tolist(), (k + first).tolist(), strict=True):
            yield Row(parameter(layer.number, *place, n_in), quantities[:, *place], place)


def left_out(
    explanation: Explanation, neurons: tuple[int, int], parameters: tuple[int, int]
) -> list[str]:
    """Return a sentence for each layer of which rows are left out; see the functions above."""
    lines = []
    for layer in explanation.layers:
        n, n_in = len(layer.z), len(layer.a_in)
        shown = []
        if n > neurons[0]:
            shown.append(f"{neurons[1]} of {n} neurons, those with the largest |δ|")
        if n * (n_in + 1) > parameters[0]:
            weights, biases = min(parameters[1], n * n_in), min(parameters[1], n)
            shown.append(
                f"{weights} of {n * n_in:,} weights and {biases} of {n} biases, those with the "
                "largest gradients"
            )
        if shown:
            lines.append(f"Layer {layer.number} shows {'; '.join(shown)}.")
    return lines
