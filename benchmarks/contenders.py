"""Who trains: each makes one epoch after another from the same weights, and can be examined.

A contender lives in a process of its own, so that its threads and its memory are not another's,
and what it needs is imported there.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from work import Work

from bpframe import Array, Data, Network, Trainer, r_squared, stream
from bpframe.plugins.loading import load_plugins
from bpframe_costs import LogLikelihood, Quadratic
from bpframe_optimizers import SGD, Adam

OPTIMIZERS: dict[str, Any] = {"sgd": SGD, "adam": Adam}
# The numbers of its paper.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class Contender(ABC):
    """Trains a network of some `Work` on the training samples of `Data`.

    Attributes
    ----------
    note : str
        What differs from the others.
    preparation : float
        Seconds of what happens once, such as compilation.
    """

    note = ""
    preparation = 0.0

    def __init__(self, work: Work, data: Data) -> None:
        self.work = work
        self.data = data
        started = time.perf_counter()
        self.prepare(*self.arrays(np.float32))
        self.preparation = time.perf_counter() - started

    def arrays(self, dtype: Any) -> tuple[Array, Array]:
        """Return inputs, shape (n, n_1), and one-hot targets, shape (n, n_L)."""
        train = self.data.train
        return train.x.astype(dtype), self.data.targets(train, dtype)

    def layers(self, dtype: Any) -> list[tuple[Array, Array]]:
        """Return the first weights, shape (n_out, n_in), and biases of each layer."""
        parameters = self.work.network(dtype).parameters
        pairs = zip(parameters.weights, parameters.biases, strict=True)
        return [(w.copy(), b.copy()) for w, b in pairs]

    @abstractmethod
    def prepare(self, x: Array, y: Array) -> None:
        """Get ready to train."""

    @abstractmethod
    def epoch(self) -> float:
        """Train an epoch and return its seconds."""

    @abstractmethod
    def outputs(self, x: Array) -> Array:
        """Return the outputs for some inputs."""

    def accuracy(self) -> float:
        """Return the share of validation samples that are recognised; of values their R²."""
        validation = self.data.validation
        outputs = self.outputs(validation.x)
        if self.data.classes is None:
            return float(r_squared(outputs, validation.y).mean())
        return float((outputs.argmax(axis=1) == validation.y).mean())


class Rule(Contender):
    """A registered backward pass in bpframe's trainer."""

    name = "full_matrix"

    def prepare(self, x: Array, y: Array) -> None:
        del x, y
        self.network: Network = self.work.network()
        rule = load_plugins().registry.defaults("backprop")[self.name]
        options = {"epochs": 10**9, "batch_size": self.work.batch_size}
        optimizer = OPTIMIZERS[self.work.optimizer](self.work.rate)
        cost = LogLikelihood() if self.work.output == "softmax" else Quadratic()
        trainer = Trainer(self.network, cost, rule, optimizer, **options)
        small = replace(self.data, validation=self.data.validation.head(10))
        trainer.train_evaluation_samples = 10
        self.epochs = trainer.train(small)

    def epoch(self) -> float:
        # The trainer shuffles itself, and looks at some samples after its clock has stopped.
        return next(self.epochs).seconds

    def outputs(self, x: Array) -> Array:
        return self.network.forward(x)


class Outsider(Contender):
    """Trains in a loop of its own, on the samples in the order that bpframe's trainer takes."""

    def __init__(self, work: Work, data: Data) -> None:
        self.rng = stream(0, "shuffle")
        super().__init__(work, data)

    @abstractmethod
    def train(self, order: Any) -> None:
        """Train an epoch on the samples in this order."""

    def epoch(self) -> float:
        started = time.perf_counter()
        self.train(self.rng.permutation(len(self.data.train)))
        return time.perf_counter() - started


def _softmax(z: Array) -> Array:
    a: Array = np.exp(z - z.max(axis=1, keepdims=True))
    return a / a.sum(axis=1, keepdims=True)


# f(z), and f′ by a = f(z); of softmax what makes δ = a - y of it, with the log-likelihood.
NUMPY: dict[str, tuple[Any, Any]] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "softplus": (lambda z: np.logaddexp(z, 0), lambda a: -np.expm1(-a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "linear": (lambda z: z, lambda a: 1.0),
    "softmax": (_softmax, lambda a: 1.0),
}


class NumPy64(Outsider):
    """Matrix code as one writes it: whole mini-batches, new arrays, NumPy's float64."""

    note = "float64"

    def prepare(self, x: Array, y: Array) -> None:
        if self.work.optimizer != "sgd":
            raise ValueError("it is written for plain SGD")
        self.x, self.y = x.astype(np.float64), y.astype(np.float64)
        self.parameters = self.layers(np.float64)
        hidden = [NUMPY[self.work.hidden]] * (len(self.parameters) - 1)
        self.functions = [*hidden, NUMPY[self.work.output]]

    def train(self, order: Any) -> None:
        m, rate = self.work.batch_size, self.work.rate
        for start in range(0, len(order), m):
            rows = order[start : start + m]
            a = [self.x[rows]]
            for (w, b), (f, _) in zip(self.parameters, self.functions, strict=True):
                a.append(f(a[-1] @ w.T + b))
            delta = (a[-1] - self.y[rows]) * self.functions[-1][1](a[-1]) / len(rows)
            for layer in range(len(self.parameters) - 1, -1, -1):
                w, b = self.parameters[layer]
                grad_w, grad_b = delta.T @ a[layer], delta.sum(axis=0)
                if layer:
                    delta = (delta @ w) * self.functions[layer - 1][1](a[layer])
                w -= rate * grad_w
                b -= rate * grad_b

    def outputs(self, x: Array) -> Array:
        a = x.astype(np.float64)
        for (w, b), (f, _) in zip(self.parameters, self.functions, strict=True):
            a = f(a @ w.T + b)
        return a


class ScikitLearn(Outsider):
    """MLPClassifier; it has neither the quadratic cost nor another output than softmax."""

    note = "softmax and log-loss"

    def prepare(self, x: Array, y: Array) -> None:
        from sklearn.neural_network import MLPClassifier

        named = {"sigmoid": "logistic", "relu": "relu"}
        if self.work.hidden not in named:
            raise ValueError("it takes part where hidden layers are sigmoids or ReLU")
        # Its cost learns at another rate than the quadratic one.
        own = self.work.optimizer == "sgd" and self.work.output != "softmax"
        self.x, self.labels = x, self.data.train.y
        self.model = MLPClassifier(
            self.work.sizes[1:-1],
            activation=named[self.work.hidden],
            solver=self.work.optimizer,
            alpha=0,
            batch_size=self.work.batch_size,
            learning_rate_init=0.3 if own else self.work.rate,
            momentum=0,
            random_state=0,
        )

    def train(self, order: Any) -> None:
        self.model.partial_fit(self.x, self.labels, classes=np.arange(10))

    def outputs(self, x: Array) -> Array:
        probabilities: Array = self.model.predict_proba(x)
        return probabilities


class PyTorch(Outsider):
    """Eager PyTorch: a Sequential, autograd and torch.optim.SGD."""

    note = "eager"

    def prepare(self, x: Array, y: Array) -> None:
        import torch

        self.torch = torch
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        modules = {
            "sigmoid": torch.nn.Sigmoid,
            "tanh": torch.nn.Tanh,
            "softplus": torch.nn.Softplus,
            "relu": torch.nn.ReLU,
            "linear": torch.nn.Identity,
            "softmax": torch.nn.Identity,
        }
        self.loss = torch.nn.CrossEntropyLoss() if self.work.output == "softmax" else _half_squared
        stack: list[Any] = []
        for w, b in self.layers(np.float32):
            linear = torch.nn.Linear(w.shape[1], w.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(w))
                linear.bias.copy_(torch.from_numpy(b))
            stack += [linear, modules[self.work.hidden]()]
        stack[-1] = modules[self.work.output]()
        self.model = torch.nn.Sequential(*stack)
        optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
        optimizer = optimizers[self.work.optimizer]
        self.optimizer = optimizer(self.model.parameters(), lr=self.work.rate)

    def train(self, order: Any) -> None:
        m, model, optimizer = self.work.batch_size, self.model, self.optimizer
        rows = self.torch.from_numpy(order)
        for start in range(0, len(rows), m):
            batch = rows[start : start + m]
            optimizer.zero_grad()
            self.loss(model(self.x[batch]), self.y[batch]).backward()
            optimizer.step()

    def outputs(self, x: Array) -> Array:
        with self.torch.no_grad():
            outputs: Array = self.model(self.torch.from_numpy(x)).numpy()
        return outputs


def _half_squared(outputs: Any, targets: Any) -> Any:
    return 0.5 * ((outputs - targets) ** 2).sum() / len(outputs)


class JAX(Outsider):
    """JAX: one jitted function with lax.scan over the mini-batches of an epoch."""

    note = "jit, lax.scan"

    def prepare(self, x: Array, y: Array) -> None:
        import jax
        import jax.numpy as jnp

        m, rate = self.work.batch_size, self.work.rate
        self.jax = jax
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)
        parameters = [(jnp.asarray(w.T.copy()), jnp.asarray(b)) for w, b in self.layers(np.float32)]
        functions: dict[str, Any] = {
            "sigmoid": jax.nn.sigmoid,
            "tanh": jnp.tanh,
            "softplus": jax.nn.softplus,
            "relu": jax.nn.relu,
            "linear": lambda z: z,
            # Its exponentials belong to the cost.
            "softmax": lambda z: z,
        }
        hidden, output = functions[self.work.hidden], functions[self.work.output]
        is_softmax = self.work.output == "softmax"

        def forward(parameters: Any, a: Any) -> Any:
            *below, (last_w, last_b) = parameters
            for w, b in below:
                a = hidden(a @ w + b)
            return output(a @ last_w + last_b)

        def cost(parameters: Any, a: Any, targets: Any) -> Any:
            outputs = forward(parameters, a)
            if is_softmax:
                return -jnp.sum(targets * jax.nn.log_softmax(outputs)) / len(a)
            return 0.5 * jnp.sum((outputs - targets) ** 2) / len(a)

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

        def epoch(state: Any, x: Any, y: Any, order: Any) -> Any:
            def step(state: Any, rows: Any) -> Any:
                return follow(state, jax.grad(cost)(state[0], x[rows], y[rows])), None

            whole = len(order) // m * m
            state, _ = jax.lax.scan(step, state, order[:whole].reshape(-1, m))
            return step(state, order[whole:])[0] if whole < len(order) else state

        self.forward = jax.jit(forward)
        self.run = jax.jit(epoch, donate_argnums=0)
        zeros = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        remembered = (*zeros, jnp.float32(0)) if self.work.optimizer == "adam" else ()
        self.state: Any = (parameters, *remembered)
        order = np.arange(len(x))
        first = jax.tree.map(jnp.copy, self.state)
        jax.block_until_ready(self.run(first, self.x, self.y, order))

    def train(self, order: Any) -> None:
        self.state = self.run(self.state, self.x, self.y, order)
        self.jax.block_until_ready(self.state)

    def outputs(self, x: Array) -> Array:
        return np.asarray(self.forward(self.state[0], x))


OTHERS: dict[str, type[Contender]] = {
    "NumPy matrix code": NumPy64,
    "scikit-learn": ScikitLearn,
    "PyTorch": PyTorch,
    "JAX": JAX,
}


def rules() -> list[str]:
    """Return the names of the registered exact backward passes, full_matrix first."""
    exact = [n for n, r in load_plugins().registry.defaults("backprop").items() if r.exact]
    return sorted(exact, key=lambda name: name != "full_matrix")


def make(name: str, work: Work, data: Data) -> Contender:
    """Return a contender by its name."""
    if name in OTHERS:
        return OTHERS[name](work, data)
    return type(name, (Rule,), {"name": name})(work, data)
