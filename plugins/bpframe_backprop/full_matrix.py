"""The whole mini-batch as one matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bpframe import (
    Array,
    Backprop,
    Batch,
    EpochFunction,
    ForwardPass,
    GradientFunction,
    Objective,
    Parameters,
    StepPlan,
    TrainingSet,
    multiply,
    product_by,
)
from bpframe_backprop.blocks import in_blocks
from bpframe_backprop.plain_steps import plain_steps

# The mini-batch → δ of each layer after the input, and the inputs of its weights, with ones.
ErrorPass = Callable[[Batch], tuple[list[Array], list[Array]]]
# What carries an error to a hidden layer: the product, where it is written, f's pullback, z and a.
Layer = tuple[
    Callable[[Array, Array], Array], Array, Callable[[Array, Array, Array], Array], Array, Array
]


@dataclass(frozen=True)
class FullMatrix(Backprop):
    """Backpropagation of all samples of the mini-batch at once, (BP1)-(BP4) as matrix products.

    Source: the book, chapter 2, "Fully matrix-based approach to backpropagation over a
    mini-batch". Rows are samples here; the column of ones behind the activations makes one
    product give ∂C/∂w and ∂C/∂b together.
    """

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        return backward_pass(objective, transposed_weights(objective))

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, plan: StepPlan
    ) -> EpochFunction | None:
        # The gradient of a derived rule may be another one.
        if type(self).bind is not FullMatrix.bind:
            return None
        errors = error_pass(objective, transposed_weights(objective))
        return plain_steps(errors, objective.network.parameters, training, plan)


def transposed_weights(objective: Objective) -> list[Array]:
    """Return (w^l)ᵀ for l from 3 to L."""
    return [w.T for w in objective.network.parameters.weights[1:]]


def backward_pass(objective: Objective, feedback: Sequence[Array]) -> GradientFunction:
    """Return the pass in which ``feedback[i]`` stands in (BP2) where the book has (w^(i+3))ᵀ.

    Parameters
    ----------
    objective : Objective
        The network, the cost and the error of their last layer.
    feedback : sequence of arrays, shape (n_l, n_(l+1))
        What carries the error of a layer to the layer below it, for l from 2 to L - 1. They are
        read at each call.
    """
    errors = error_pass(objective, feedback)

    def gradient(batch: Batch, out: Parameters) -> None:
        for delta, a_one, block in zip(*errors(batch), out.blocks, strict=True):
            multiply(delta.T, a_one, out=block)  # (BP3), (BP4)

    return in_blocks(gradient)


def error_pass(objective: Objective, feedback: Sequence[Array]) -> ErrorPass:
    """Return the part of a backward pass that gives the errors, each divided by m.

    The arrays are overwritten by the next call.

    Parameters
    ----------
    objective, feedback
        As for `backward_pass`.
    """
    network, output_error = objective.network, objective.output_error
    dtype = network.parameters.dtype

    @cache
    def buffers(m: int) -> tuple[ForwardPass, list[Layer], Array]:
        forward = ForwardPass(network, m)
        hidden = zip(feedback, network.activations, forward.z, forward.a, strict=False)
        layers: list[Layer] = [
            (product_by(b, m), np.empty((len(b), m), dtype), f.pullback, z, a)
            for b, f, z, a in hidden
        ]
        return forward, layers[::-1], np.array(1 / m, dtype)

    def errors(batch: Batch) -> tuple[list[Array], list[Array]]:
        forward, layers, mean = buffers(len(batch.y))
        a_last = forward(batch.x_one)
        delta = output_error(forward.z[-1], a_last, batch.y)  # (BP1)
        delta = np.multiply(delta, mean, out=delta)
        # A plugin's own numbers may have made it float64.
        deltas = [delta if delta.dtype == dtype else delta.astype(dtype)]
        for product, grad_a, pullback, z, a in layers:
            delta = pullback(product(deltas[-1].T, grad_a).T, z, a)  # (BP2)
            deltas.append(delta if delta.dtype == dtype else delta.astype(dtype))
        deltas.reverse()
        return deltas, forward.a_one

    return errors
