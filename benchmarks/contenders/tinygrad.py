"""Tinygrad: a TinyJit over samples, gradient and step, as in its example for MNIST."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DEV", "CPU")

from tinygrad import Context, Tensor, TinyJit, Variable, dtypes
from tinygrad.nn import optim

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider

FUNCTIONS: dict[str, Any] = {
    "sigmoid": Tensor.sigmoid,
    "tanh": Tensor.tanh,
    "softplus": Tensor.softplus,
    "relu": Tensor.relu,
    "linear": lambda z: z,
    # Its exponentials belong to the cost.
    "softmax": lambda z: z,
}


class Tinygrad(Outsider):
    """A captured step that finds its samples by its number; data and order are on the device."""

    note = "TinyJit, a step"

    def prepare(self, x: Array, y: Array) -> None:
        work = self.work
        self.x, self.y = Tensor(x).realize(), Tensor(y).realize()
        self.parameters = [Tensor(p).is_param_() for w, b in self.layers() for p in (w.T.copy(), b)]
        steps, m = len(x) // work.batch_size, work.batch_size
        self.order = Tensor.zeros(steps, m, dtype=dtypes.int).contiguous().realize()
        self.number = Variable("number", 0, max(1, steps - 1))
        optimizer = {
            "sgd": lambda: optim.SGD(self.parameters, work.rate),
            "adam": lambda: optim.Adam(self.parameters, work.rate, BETA1, BETA2, EPSILON),
        }[work.optimizer]()

        @TinyJit
        def step(number: Any) -> Tensor:
            with Context(TRAINING=1):
                optimizer.zero_grad()
                rows = self.order[number]
                x, y = (self.x, self.y) if work.whole else (self.x[rows], self.y[rows])
                outputs = self.forward(x)
                if work.output == "softmax":
                    cost = -(outputs.log_softmax() * y).sum() / m
                else:
                    cost = 0.5 * ((outputs - y) ** 2).sum() / m
                cost.backward()
                return cost.realize(*optimizer.schedule_step())

        self.step = step

    def forward(self, a: Tensor) -> Tensor:
        """Return the outputs of a mini-batch."""
        p = self.parameters
        for i in range(0, len(p) - 2, 2):
            a = FUNCTIONS[self.work.hidden](a.linear(p[i], p[i + 1]))
        outputs: Tensor = FUNCTIONS[self.work.output](a.linear(p[-2], p[-1]))
        return outputs

    def train(self, batches: Array) -> None:
        self.order[: len(batches)].assign(Tensor(batches.astype("int32"))).realize()
        for number in range(len(batches)):
            self.step(self.number.bind(number))
        # What was asked for is there when its numbers are.
        self.parameters[0].numpy()

    def outputs(self, x: Array) -> Array:
        outputs: Array = self.forward(Tensor(x)).numpy()
        return outputs
