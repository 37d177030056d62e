"""An explanation as the page's script reads it: plain lists and numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpframe import Array, neuron_activations
from bpframe_explain.explanation import Explanation
from bpframe_explain.notation import Names, layer_title, title
from bpframe_explain.passes import Layer
from bpframe_explain.remarks import SMALL

DIGITS_OF_A_PIXEL = 3


def payload(explanation: Explanation) -> dict[str, Any]:
    """Return the quantities of each layer, the parameters that are shown, and the pictures."""
    sample = explanation.sample
    rule = explanation.trainer.backprop
    first = {"a": numbers(sample.x), "drawn": explanation.drawn[0]}
    names = explanation.names
    drawn = zip(explanation.layers, explanation.drawn[1:], strict=True)
    return {
        "sizes": list(explanation.network.sizes),
        "small": SMALL,
        "rule": {"name": title(rule, names), "exact": rule.exact},
        "classes": list(sample.classes) or None,
        "y": numbers(sample.y),
        "image": list(sample.image_shape) if sample.image_shape else None,
        "layers": [first, *(_layer(*pair, names) for pair in drawn)],
        "parameters": [_parameters(explanation, i) for i in range(len(explanation.layers))],
        "pictures": _pictures(explanation) if sample.image_shape else None,
    }


def numbers(values: Array) -> list[float | None]:
    """Return numbers as JSON holds them: None where one is not finite."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _layer(layer: Layer, drawn: list[int], names: Names) -> dict[str, Any]:
    return {
        "f": layer_title(layer.f, len(layer.z), names),
        "own_f": [title(f, names) for f in neuron_activations(layer.f, len(layer.z))],
        "elementwise": layer.f.elementwise,
        "closed_form": layer.closed_form,
        "z": numbers(layer.z),
        "a": numbers(layer.a),
        "derivative": numbers(layer.derivative),
        "grad_a": numbers(layer.grad_a),
        "delta": numbers(layer.delta),
        "drawn": drawn,
    }


def _parameters(explanation: Explanation, i: int) -> list[dict[str, Any]]:
    """Return what is known of each parameter of a layer that is shown."""
    j, k = explanation.selections[i]
    columns = {
        "value": explanation.network.parameters,
        "gradient": explanation.gradient,
        "differences": explanation.differences,
        "path_sum": explanation.path_sums,
        "penalty": explanation.penalty,
        "step": explanation.step,
        "after": explanation.after,
    }
    lists = {name: numbers(p.blocks[i][j, k]) for name, p in columns.items() if p}
    rows = []
    for place in zip(j.tolist(), k.tolist(), *lists.values(), strict=True):
        row = dict(zip(("j", "k", *lists), place, strict=True))
        if explanation.paths:
            # The script counts from 0.
            row["paths"] = [
                [[n - 1 for n in path.neurons], numbers(np.array(path.factors))]
                for path in explanation.paths_of(i, row["j"], row["k"])
            ]
        rows.append(row)
    return rows


def _pictures(explanation: Explanation) -> dict[str, Any]:
    """Return the weights that lead to neurons of layer 2 and their gradients, as pictures."""
    neurons = explanation.drawn[1]
    return {
        "neurons": neurons,
        "w": _rounded(explanation.network.parameters.weights[0][neurons]),
        "gradient": _rounded(explanation.gradient.weights[0][neurons]),
    }


def _rounded(pictures: Array) -> list[list[float]]:
    """Return rows of numbers, relative to the largest of all: a pixel shows no more digits."""
    known = np.nan_to_num(pictures)
    relative = known / (np.abs(known).max() or 1)
    rows: list[list[float]] = relative.round(DIGITS_OF_A_PIXEL).tolist()
    return rows
