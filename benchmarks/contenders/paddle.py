"""PaddlePaddle: a static graph with its optimizer, run by an Executor."""

from __future__ import annotations

from typing import Any

import paddle

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider

FUNCTIONS: dict[str, Any] = {
    "sigmoid": paddle.nn.functional.sigmoid,
    "tanh": paddle.tanh,
    "softplus": paddle.nn.functional.softplus,
    "relu": paddle.nn.functional.relu,
    "linear": lambda z: z,
    # Its exponentials belong to the cost.
    "softmax": lambda z: z,
}


class Paddle(Outsider):
    """A program for a step, fed with the samples of a mini-batch."""

    note = "static graph, a step"

    def prepare(self, x: Array, y: Array) -> None:
        paddle.enable_static()
        paddle.set_default_dtype(self.work.dtype)
        self.x, self.y = x, y
        hidden, output = FUNCTIONS[self.work.hidden], FUNCTIONS[self.work.output]
        self.executor = paddle.static.Executor(paddle.CPUPlace())
        is_softmax, dtype = self.work.output == "softmax", self.work.dtype

        def network() -> Any:
            inputs = paddle.static.data("x", [None, self.work.sizes[0]], dtype)
            a, *layers = inputs, *self.layers()
            for i, (w, b) in enumerate(layers):
                weight, bias = (
                    paddle.static.create_parameter(
                        list(p.shape),
                        dtype,
                        name=f"{name}{i}",
                        default_initializer=paddle.nn.initializer.Assign(p),
                    )
                    for name, p in (("w", w.T.copy()), ("b", b))
                )
                z = paddle.nn.functional.linear(a, weight, bias)
                a = output(z) if i == len(layers) - 1 else hidden(z)
            return a

        self.program, start = paddle.static.Program(), paddle.static.Program()
        with paddle.static.program_guard(self.program, start):
            outputs = network()
            targets = paddle.static.data("y", [None, self.work.sizes[-1]], dtype)
            if is_softmax:
                cost = paddle.nn.functional.cross_entropy(outputs, targets, soft_label=True)
            else:
                cost = 0.5 * ((outputs - targets) ** 2).sum() / self.work.batch_size
            optimizer = {
                "sgd": lambda: paddle.optimizer.SGD(self.work.rate),
                "adam": lambda: paddle.optimizer.Adam(self.work.rate, BETA1, BETA2, EPSILON),
            }[self.work.optimizer]()
            optimizer.minimize(cost)
        self.executor.run(start)
        # It has the parameters of the first by their names.
        self.tested = paddle.static.Program()
        with paddle.static.program_guard(self.tested, paddle.static.Program()):
            self.fetched = network()

    def train(self, batches: Array) -> None:
        x, y, run, program = self.x, self.y, self.executor.run, self.program
        for rows in batches:
            feed = {"x": x, "y": y} if self.work.whole else {"x": x[rows], "y": y[rows]}
            run(program, feed=feed)

    def outputs(self, x: Array) -> Array:
        outputs: list[Array] = self.executor.run(
            self.tested, feed={"x": x}, fetch_list=[self.fetched]
        )
        return outputs[0]
