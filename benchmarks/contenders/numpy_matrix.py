"""NumPy, as one writes it who has read the equations."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpframe import Array
from contenders.base import Outsider


def _softmax(z: Array) -> Array:
    a: Array = np.exp(z - z.max(axis=1, keepdims=True))
    return a / a.sum(axis=1, keepdims=True)


# f(z), and f′ by a = f(z); of softmax what makes δ = a - y of it, with the log-likelihood.
FUNCTIONS: dict[str, tuple[Any, Any]] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "softplus": (lambda z: np.logaddexp(z, 0), lambda a: -np.expm1(-a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "linear": (lambda z: z, lambda a: 1.0),
    "softmax": (_softmax, lambda a: 1.0),
}


class NumPyMatrix(Outsider):
    """Matrix code for whole mini-batches, with new arrays, in NumPy's float64."""

    note = "float64"

    def prepare(self, x: Array, y: Array) -> None:
        if self.work.optimizer != "sgd":
            raise ValueError("it is written for plain SGD")
        self.x, self.y = x.astype(np.float64), y.astype(np.float64)
        self.parameters = [(w.astype(float), b.astype(float)) for w, b in self.layers()]
        hidden = [FUNCTIONS[self.work.hidden]] * (len(self.parameters) - 1)
        self.functions = [*hidden, FUNCTIONS[self.work.output]]

    def train(self, batches: Array) -> None:
        for rows in batches:
            a = [self.x[rows]]
            for (w, b), (f, _) in zip(self.parameters, self.functions, strict=True):
                a.append(f(a[-1] @ w.T + b))
            delta = (a[-1] - self.y[rows]) * self.functions[-1][1](a[-1]) / len(rows)
            for layer in range(len(self.parameters) - 1, -1, -1):
                w, b = self.parameters[layer]
                grad_w, grad_b = delta.T @ a[layer], delta.sum(axis=0)
                if layer:
                    delta = (delta @ w) * self.functions[layer - 1][1](a[layer])
                w -= self.work.rate * grad_w
                b -= self.work.rate * grad_b

    def outputs(self, x: Array) -> Array:
        a = x.astype(np.float64)
        for (w, b), (f, _) in zip(self.parameters, self.functions, strict=True):
            a = f(a @ w.T + b)
        return np.log(a) if self.work.output == "softmax" else a
