"""TensorFlow: a tf.function with jit_compile=True over the mini-batches of an epoch."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider, processors

FUNCTIONS: dict[str, Any] = {
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "softplus": tf.math.softplus,
    "relu": tf.nn.relu,
    "linear": tf.identity,
    # Its exponentials belong to the cost.
    "softmax": tf.identity,
}


class TensorFlow(Outsider):
    """XLA compiles the loop over the mini-batches; the parameters go round in it."""

    note = "tf.function, XLA, an epoch"

    def prepare(self, x: Array, y: Array) -> None:
        tf.config.threading.set_intra_op_parallelism_threads(processors())
        tf.config.threading.set_inter_op_parallelism_threads(processors())
        self.x, self.y = tf.constant(x), tf.constant(y)
        parameters = [tf.constant(p) for w, b in self.layers() for p in (w.T, b)]
        hidden, output = FUNCTIONS[self.work.hidden], FUNCTIONS[self.work.output]
        is_softmax, rate, whole = self.work.output == "softmax", self.work.rate, self.work.whole
        m, count = self.work.batch_size, len(parameters)

        def forward(parameters: Any, a: Any) -> Any:
            for i in range(0, count - 2, 2):
                a = hidden(a @ parameters[i] + parameters[i + 1])
            return output(a @ parameters[-2] + parameters[-1])

        def gradient(parameters: Any, x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(parameters)
                outputs = forward(parameters, x)
                if is_softmax:
                    losses = tf.nn.softmax_cross_entropy_with_logits(y, outputs)
                else:
                    losses = 0.5 * (outputs - y) ** 2
                cost = tf.reduce_sum(losses) / m
            return tape.gradient(cost, parameters)

        def sgd(state: Any, grads: Any) -> Any:
            return [p - rate * g for p, g in zip(state, grads, strict=True)]

        def adam(state: Any, grads: Any) -> Any:
            t = state[-1] + 1
            mean, square = 1 - BETA1**t, 1 - BETA2**t
            old_means, old_squares = state[count : 2 * count], state[2 * count : 3 * count]
            means = [BETA1 * m + (1 - BETA1) * g for m, g in zip(old_means, grads, strict=True)]
            squares = [
                BETA2 * v + (1 - BETA2) * g * g for v, g in zip(old_squares, grads, strict=True)
            ]
            new = [
                p - rate * (m / mean) / (tf.sqrt(v / square) + EPSILON)
                for p, m, v in zip(state[:count], means, squares, strict=True)
            ]
            return [*new, *means, *squares, t]

        follow = {"sgd": sgd, "adam": adam}[self.work.optimizer]

        @tf.function(jit_compile=True)
        def epoch(state: Any, x: Any, y: Any, batches: Any) -> Any:
            steps = batches.shape[0]

            def step(i: Any, *state: Any) -> Any:
                rows = batches[i]
                samples = (x, y) if whole else (tf.gather(x, rows), tf.gather(y, rows))
                grads = gradient(list(state[:count]), *samples)
                return (i + 1, *follow(list(state), grads))

            _, *state = tf.while_loop(
                lambda i, *state: i < steps,
                step,
                (tf.constant(0), *state),
                maximum_iterations=steps,
            )
            return state

        self.forward, self.run = forward, epoch
        self.state: Any = parameters
        if self.work.optimizer == "adam":
            zeros = [tf.zeros_like(p) for _ in range(2) for p in parameters]
            self.state = [*parameters, *zeros, tf.constant(0, self.x.dtype)]
        self.count = count

    def train(self, batches: Array) -> None:
        self.state = self.run(self.state, self.x, self.y, tf.constant(batches, tf.int32))
        # What it returns is there when its numbers are asked for.
        self.state[0].numpy()

    def outputs(self, x: Array) -> Array:
        outputs: Array = self.forward(self.state[: self.count], tf.constant(x)).numpy()
        return outputs
