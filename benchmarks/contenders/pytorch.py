"""PyTorch as its tutorials have it: a Sequential, autograd and an optimizer, without compiling."""

from __future__ import annotations

from typing import Any

import torch

from bpframe import Array
from contenders.base import Outsider, half_squared

FUNCTIONS = {
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "softplus": torch.nn.Softplus,
    "relu": torch.nn.ReLU,
    "linear": torch.nn.Identity,
    # Its exponentials belong to the cost.
    "softmax": torch.nn.Identity,
}
OPTIMIZERS: dict[str, Any] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


class PyTorch(Outsider):
    """Eager PyTorch, with the fused step of its optimizers."""

    note = "eager"

    def prepare(self, x: Array, y: Array) -> None:
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.loss = torch.nn.CrossEntropyLoss() if self.work.output == "softmax" else half_squared
        stack: list[Any] = []
        for w, b in self.layers():
            linear = torch.nn.Linear(w.shape[1], w.shape[0], dtype=self.x.dtype)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(w))
                linear.bias.copy_(torch.from_numpy(b))
            stack += [linear, FUNCTIONS[self.work.hidden]()]
        stack[-1] = FUNCTIONS[self.work.output]()
        self.model = torch.nn.Sequential(*stack)
        self.optimizer = OPTIMIZERS[self.work.optimizer](
            self.model.parameters(), lr=self.work.rate, fused=True
        )

    def train(self, batches: Array) -> None:
        model, optimizer = self.model, self.optimizer
        for rows in torch.from_numpy(batches):
            x, y = (self.x, self.y) if self.work.whole else (self.x[rows], self.y[rows])
            optimizer.zero_grad()
            self.loss(model(x), y).backward()
            optimizer.step()

    def outputs(self, x: Array) -> Array:
        with torch.no_grad():
            outputs: Array = self.model(torch.from_numpy(x)).numpy()
        return outputs
