"""Remarks on how a sample is learned: slow weights and why, and where f has no derivative.

By (BP4) a gradient has the factor a_in, and by (BP1), (BP2) its δ has the factor f′(z): where one
of them is near 0, a weight learns slowly.
"""

from __future__ import annotations

import numpy as np

from bpframe import Array, neuron_activations
from bpframe_explain.notation import symbol
from bpframe_explain.passes import Layer

SMALL = 0.05
NAMED = 12
AT_KINK = 1e-4


def near_zero(values: Array) -> list[int]:
    """Return which values, by their numbers from 0, are below 0.05 in size."""
    return [int(i) for i in np.flatnonzero(np.abs(values) < SMALL)]


def remarks(layers: list[Layer]) -> list[str]:
    """Return a sentence for each layer and reason; one that says so if nothing learns slowly."""
    slow = []
    for layer in layers:
        if quiet := near_zero(layer.a_in):
            slow.append(_on_inputs(layer, quiet))
        saturated = near_zero(layer.derivative)
        for cancels in (True, False):
            if own := [j for j in saturated if layer.closed_form[j] is cancels]:
                slow.append(_on_saturation(layer, own, cancels, layer is layers[-1]))
    nothing = (
        f"No input activation and no f′(z) is below {SMALL} in size: no weight learns slowly for "
        "one of these reasons."
    )
    return (slow or [nothing]) + [text for layer in layers for text in _on_kinks(layer)]


def _on_inputs(layer: Layer, quiet: list[int]) -> str:
    below = layer.number - 1
    return (
        f"Layer {below}: {len(quiet)} of {len(layer.a_in)} activations are near 0 (below {SMALL} "
        f"in size): {_names('a', below, quiet)}. The weights from there to layer {layer.number} "
        "learn slowly: (BP4) has the factor a."
    )


def _on_saturation(layer: Layer, saturated: list[int], cancels: bool, last: bool) -> str:
    text = (
        f"Layer {layer.number}: {len(saturated)} of {len(layer.z)} neurons are saturated (f′(z) "
        f"below {SMALL} in size): {_names('z', layer.number, saturated)}. "
    )
    if cancels:
        return text + "That does not slow their weights and biases: f′(z) cancels with this cost."
    equation = "(BP1)" if last else "(BP2)"
    return text + f"All their weights and biases learn slowly: {equation} has the factor f′(z)."


def _on_kinks(layer: Layer) -> list[str]:
    own = zip(layer.z, neuron_activations(layer.f, len(layer.z)), strict=True)
    at = [j for j, (z, f) in enumerate(own) if any(abs(z - k) < AT_KINK for k in f.kinks)]
    if not at:
        return []
    return [
        f"Layer {layer.number}: f has no derivative at {_names('z', layer.number, at)}; (46) looks "
        "at both sides of such a place and need not agree there."
    ]


def _names(letter: str, layer: int, numbers: list[int]) -> str:
    names = [symbol(letter, layer, number) for number in numbers[:NAMED]]
    return ", ".join(names) + (", …" if len(numbers) > NAMED else "")
