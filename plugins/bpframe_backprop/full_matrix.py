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
Product = Callable[[Array, Array], Array]


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
    network = objective.network
    f, dtype = network.activations, network.parameters.dtype
    last = len(f) - 1

    @cache
    def buffers(m: int) -> tuple[ForwardPass, list[Array], list[Product], Array]:
        below = [np.empty((n, m), dtype) for n in network.sizes[1:-1]]
        products = [product_by(b, m) for b in feedback]
        return ForwardPass(network, m), below, products, np.array(1 / m, dtype)

    def errors(batch: Batch) -> tuple[list[Array], list[Array]]:
        forward, grads_a, products, mean = buffers(len(batch.x))
        a_last = forward(batch.x_one)
        z, a = forward.z, forward.a
        delta = objective.output_error(z[last], a_last, batch.y)  # (BP1)
        # A plugin's own numbers may have made it float64.
        delta = np.asarray(np.multiply(delta, mean, out=delta), dtype)
        deltas = [delta]
        for below in range(last - 1, -1, -1):
            grad_a = products[below](delta.T, grads_a[below]).T
            delta = np.asarray(f[below].pullback(grad_a, z[below], a[below]), dtype)  # (BP2)
            deltas.insert(0, delta)
        return deltas, forward.a_one

    return errors
