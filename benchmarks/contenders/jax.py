"""JAX: one jitted function with lax.scan over the mini-batches of an epoch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider, as_array, half_squared

FUNCTIONS: dict[str, Any] = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "softplus": jax.nn.softplus,
    "relu": jax.nn.relu,
    "linear": lambda z: z,
    # Its exponentials belong to the cost.
    "softmax": lambda z: z,
}


class JAX(Outsider):
    """A compiled epoch whose state is given away to it."""

    note = "jit, lax.scan"

    def prepare(self, x: Array, y: Array) -> None:
        jax.config.update("jax_enable_x64", self.work.dtype == "float64")
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)
        parameters = [(jnp.asarray(w.T.copy()), jnp.asarray(b)) for w, b in self.layers()]
        hidden, output = FUNCTIONS[self.work.hidden], FUNCTIONS[self.work.output]
        is_softmax, rate, whole = self.work.output == "softmax", self.work.rate, self.work.whole

        def forward(parameters: Any, a: Any) -> Any:
            *below, (last_w, last_b) = parameters
            for w, b in below:
                a = hidden(a @ w + b)
            return output(a @ last_w + last_b)

        def cost(parameters: Any, a: Any, targets: Any) -> Any:
            outputs = forward(parameters, a)
            if is_softmax:
                return -jnp.sum(targets * jax.nn.log_softmax(outputs)) / len(a)
            return half_squared(outputs, targets)

        def sgd(state: Any, gradient: Any) -> Any:
            return (jax.tree.map(lambda p, g: p - rate * g, state[0], gradient),)

        def adam(state: Any, gradient: Any) -> Any:
            parameters, means, squares, t = state
            t = t + 1
            means = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, means, gradient)
            squares = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, squares, gradient)
            mean, square = 1 - BETA1**t, 1 - BETA2**t
            parameters = jax.tree.map(
                lambda p, m, v: p - rate * (m / mean) / (jnp.sqrt(v / square) + EPSILON),
                parameters,
                means,
                squares,
            )
            return parameters, means, squares, t

        follow = {"sgd": sgd, "adam": adam}[self.work.optimizer]

        def epoch(state: Any, x: Any, y: Any, batches: Any) -> Any:
            def step(state: Any, rows: Any) -> Any:
                samples = (x, y) if whole else (x[rows], y[rows])
                return follow(state, jax.grad(cost)(state[0], *samples)), None

            return jax.lax.scan(step, state, batches)[0]

        self.forward = jax.jit(forward)
        self.run = jax.jit(epoch, donate_argnums=0)
        zeros = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        t = jnp.zeros((), self.x.dtype)
        remembered = (*zeros, t) if self.work.optimizer == "adam" else ()
        self.state: Any = (parameters, *remembered)

    def train(self, batches: Array) -> None:
        self.state = self.run(self.state, self.x, self.y, batches)
        jax.block_until_ready(self.state)

    def outputs(self, x: Array) -> Array:
        return as_array(self.forward(self.state[0], x))
