"""The forward and the backward pass of one sample, quantity by quantity."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Activation, Array, ForwardPass, Objective, with_ones
from bpframe_explain.sample import Sample


@dataclass(frozen=True)
class Layer:
    """What one layer after the input computes on one sample; it has n neurons.

    Attributes
    ----------
    number : int
        The book's l, from 2.
    f : Activation
        The layer's f.
    closed_form : list of bool
        For each neuron, whether δ is the closed form of its f and the cost, in which f′(z)
        cancels.
    a_in : array, shape (n_in,)
        The activations that it is fed with, a^(l-1).
    z, a : arrays, shape (n,)
        Weighted inputs and activations, (25).
    derivative : array, shape (n,)
        f′(z); for an f that is not elementwise the diagonal of Σ′(z), (33).
    grad_a : array, shape (n,)
        ∂C/∂a: ∇_a C in the last layer, (w^(l+1))ᵀ δ^(l+1) below it.
    delta : array, shape (n,)
        δ = ∂C/∂z, (BP1) in the last layer and (BP2) below it.
    """

    number: int
    f: Activation
    closed_form: list[bool]
    a_in: Array
    z: Array
    a: Array
    derivative: Array
    grad_a: Array
    delta: Array


def both_passes(objective: Objective, sample: Sample) -> list[Layer]:
    """Return what each layer after the input computes, forward by (25), back by (BP1), (BP2)."""
    network = objective.network
    weights, activations = network.parameters.weights, network.activations
    forward = ForwardPass(network, 1)
    forward(with_ones(sample.x[None], float))
    z, a = ([array[0] for array in arrays] for arrays in (forward.z, forward.a))
    a_in = [sample.x, *a[:-1]]
    grad_a = objective.cost.gradient(a[-1], sample.y)
    delta = objective.output_error(z[-1], a[-1], sample.y)
    layers: list[Layer] = []
    last = len(weights) - 1
    for i in range(last, -1, -1):
        f = activations[i]
        if i < last:
            grad_a = weights[i + 1].T @ delta
            delta = f.pullback(grad_a, z[i], a[i])
        derivative = f.derivative(z[i], a[i])
        closed_form = objective.in_closed_form if i == last else [False] * len(z[i])
        layers.insert(
            0, Layer(i + 2, f, closed_form, a_in[i], z[i], a[i], derivative, grad_a, delta)
        )
    return layers
