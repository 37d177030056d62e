"""MLX: mx.compile over value_and_grad and an optimizer's update, evaluated at each step."""

from __future__ import annotations

from functools import partial
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider, as_array

FUNCTIONS: dict[str, Any] = {
    "sigmoid": mx.sigmoid,
    "tanh": mx.tanh,
    "softplus": nn.softplus,
    "relu": nn.relu,
    "linear": lambda z: z,
    # Its exponentials belong to the cost.
    "softmax": lambda z: z,
}


class MLX(Outsider):
    """A module of linear layers on the CPU."""

    note = "mx.compile, a step"

    def prepare(self, x: Array, y: Array) -> None:
        mx.set_default_device(mx.cpu)
        # Without its type an array of float64 becomes one of float32.
        self.dtype = getattr(mx, self.work.dtype)
        self.x, self.y = mx.array(x, self.dtype), mx.array(y, self.dtype)
        hidden, output = FUNCTIONS[self.work.hidden], FUNCTIONS[self.work.output]
        is_softmax, dtype = self.work.output == "softmax", self.dtype

        class MLP(nn.Module):
            def __init__(self, layers: list[tuple[Array, Array]]) -> None:
                super().__init__()
                self.layers = [nn.Linear(w.shape[1], w.shape[0]) for w, _ in layers]
                for layer, (w, b) in zip(self.layers, layers, strict=True):
                    layer.weight, layer.bias = mx.array(w, dtype), mx.array(b, dtype)

            def __call__(self, a: Any) -> Any:
                for layer in self.layers[:-1]:
                    a = hidden(layer(a))
                return output(self.layers[-1](a))

        def cost(model: Any, x: Any, y: Any) -> Any:
            outputs = model(x)
            if is_softmax:
                return nn.losses.cross_entropy(outputs, y, reduction="mean")
            return 0.5 * mx.square(outputs - y).sum() / len(x)

        self.model = MLP(self.layers())
        optimizer = {
            "sgd": lambda: optim.SGD(self.work.rate),
            "adam": lambda: optim.Adam(
                self.work.rate, [BETA1, BETA2], EPSILON, bias_correction=True
            ),
        }[self.work.optimizer]()
        optimizer.init(self.model.trainable_parameters())
        self.state = [self.model.state, optimizer.state]
        mx.eval(self.state)

        @partial(mx.compile, inputs=self.state, outputs=self.state)
        def step(x: Any, y: Any) -> Any:
            loss, gradient = nn.value_and_grad(self.model, cost)(self.model, x, y)
            optimizer.update(self.model, gradient)
            return loss

        self.step = step

    def train(self, batches: Array) -> None:
        x, y, state, step = self.x, self.y, self.state, self.step
        for rows in mx.array(batches):
            step(*((x, y) if self.work.whole else (x[rows], y[rows])))
            mx.eval(state)

    def outputs(self, x: Array) -> Array:
        return as_array(self.model(mx.array(x, self.dtype)))
