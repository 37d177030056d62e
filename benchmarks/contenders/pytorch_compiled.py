"""PyTorch with torch.compile: gradient and step in one graph, as its docs have for torch.func."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider, half_squared

FUNCTIONS: dict[str, Any] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": functional.softplus,
    "relu": torch.relu,
    "linear": lambda z: z,
    # Its exponentials belong to the cost.
    "softmax": lambda z: z,
}


class PyTorchCompiled(Outsider):
    """One compiled function a step: samples gathered, gradient, new parameters."""

    note = "torch.compile, a graph a step"

    def prepare(self, x: Array, y: Array) -> None:
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.parameters = [torch.from_numpy(p) for layer in self.layers() for p in layer]
        hidden, output = FUNCTIONS[self.work.hidden], FUNCTIONS[self.work.output]
        cost = functional.cross_entropy if self.work.output == "softmax" else half_squared
        rate, whole = self.work.rate, self.work.whole

        def forward(parameters: Any, a: Any) -> Any:
            for i in range(0, len(parameters) - 2, 2):
                a = hidden(functional.linear(a, parameters[i], parameters[i + 1]))
            return output(functional.linear(a, parameters[-2], parameters[-1]))

        gradient = torch.func.grad(lambda p, x, y: cost(forward(p, x), y))

        def sgd(parameters: Any, x: Any, y: Any, rows: Any) -> None:
            if not whole:
                x, y = x[rows], y[rows]
            for p, g in zip(parameters, gradient(parameters, x, y), strict=True):
                p.sub_(g, alpha=rate)

        def adam(parameters: Any, means: Any, squares: Any, t: Any, x: Any, y: Any, r: Any) -> None:
            if not whole:
                x, y = x[r], y[r]
            t.add_(1)
            grads = gradient(parameters, x, y)
            mean, square = 1 - BETA1**t, 1 - BETA2**t
            for p, m, v, g in zip(parameters, means, squares, grads, strict=True):
                m.lerp_(g, 1 - BETA1)
                v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
                p.sub_(rate * (m / mean) / ((v / square).sqrt() + EPSILON))

        self.forward = forward
        if self.work.optimizer == "adam":
            zeros = [[torch.zeros_like(p) for p in self.parameters] for _ in range(2)]
            self.state: Any = (self.parameters, *zeros, torch.zeros((), dtype=torch.float64))
        else:
            self.state = (self.parameters,)
        step = {"sgd": sgd, "adam": adam}[self.work.optimizer]
        self.step = torch.compile(step, fullgraph=True, dynamic=False)

    def train(self, batches: Array) -> None:
        step, state, x, y = self.step, self.state, self.x, self.y
        with torch.no_grad():
            for rows in torch.from_numpy(batches):
                step(*state, x, y, rows)

    def outputs(self, x: Array) -> Array:
        outputs: Array = self.forward(self.parameters, torch.from_numpy(x)).numpy()
        return outputs
