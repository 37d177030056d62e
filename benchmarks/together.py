"""Many seeds of one network: one after another, together in threads, and by JAX's vmap."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from children import alone
from work import Work, load

from bpframe import Data, Network, Trainer, train_together
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Sigmoid
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD

WORK = Work((784, 30, 10), samples=10_000)
SEEDS = 16
# Of a training with all that belongs to it; JAX is timed on single epochs of one that goes on.
EPOCHS = 10
RULES = ("full_matrix", "fused")


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    lines: list[str] = alone(_report, folder, rounds, one_thread=False)
    return lines


def _report(folder: str | None, rounds: int) -> list[str]:
    data = load(folder, WORK.samples)
    few = replace(data, validation=data.validation.head(10))
    ways: dict[str, Callable[[], float]] = {}
    for rule in RULES:
        ways[f"{rule}, one after another"] = partial(_seconds, _in_turn, rule, few)
        ways[f"{rule}, train_together"] = partial(_seconds, train_together, rule, few)
    missing = []
    try:
        ways["JAX (jit, lax.scan, vmap)"] = _jax(data)
    except ImportError as error:
        missing = ["", f"Not there: JAX, {error}."]
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(way())
    least = {name: min(seen) for name, seen in seconds.items()}
    reference = least["fused, one after another"]
    return [
        f"## {SEEDS} seeds together",
        "",
        f"{WORK}, all cores, {WORK.samples:,} samples: an epoch of all {SEEDS} seeds, the least of "
        f"{rounds} rounds in turn. bpframe's are whole trainings of {EPOCHS} epochs, with the "
        "preparation of the samples, divided by their number; JAX's are single epochs.",
        "",
        "| what | epoch, s | × fused, one after another |",
        "|---|---|---|",
        *(f"| {name} | {least[name]:.3f} | {least[name] / reference:.2f} |" for name in ways),
        *missing,
        "",
    ]


def _trainers(rule: str) -> list[Trainer]:
    backprop = load_plugins().registry.build("backprop", {"name": rule})
    return [
        Trainer(
            Network(WORK.sizes, Sigmoid(), ScaledNormal(), seed=seed),
            Quadratic(),
            backprop,
            SGD(WORK.rate),
            epochs=EPOCHS,
            batch_size=WORK.batch_size,
            seed=seed,
            train_evaluation_samples=10,
        )
        for seed in range(SEEDS)
    ]


def _in_turn(trainers: list[Trainer], data: Data) -> None:
    for trainer in trainers:
        trainer.fit(data)
        trainer.leave()


def _seconds(train: Callable[[list[Trainer], Data], object], rule: str, data: Data) -> float:
    """Return the seconds of an epoch of all seeds."""
    trainers = _trainers(rule)
    started = time.perf_counter()
    train(trainers, data)
    return (time.perf_counter() - started) / EPOCHS


def _jax(data: Data) -> Callable[[], float]:
    """Return what trains an epoch of all seeds with JAX, compiled, and returns its seconds."""
    import jax
    import jax.numpy as jnp

    x = jnp.asarray(data.train.x)
    y = jnp.asarray(data.targets(data.train, np.float32))
    networks = [trainer.network for trainer in _trainers("full_matrix")]
    layers = zip(
        *(zip(n.parameters.weights, n.parameters.biases, strict=True) for n in networks),
        strict=True,
    )
    parameters: Any = [
        (jnp.stack([w.T for w, _ in seeds]), jnp.stack([b for _, b in seeds])) for seeds in layers
    ]

    def cost(parameters: Any, a: Any, targets: Any) -> Any:
        for w, b in parameters:
            a = jax.nn.sigmoid(a @ w + b)
        return 0.5 * jnp.sum((a - targets) ** 2) / len(a)

    def epoch(parameters: Any, order: Any) -> Any:
        def step(parameters: Any, rows: Any) -> Any:
            gradient = jax.grad(cost)(parameters, x[rows], y[rows])
            return jax.tree.map(lambda p, g: p - WORK.rate * g, parameters, gradient), None

        return jax.lax.scan(step, parameters, order.reshape(-1, WORK.batch_size))[0]

    run = jax.jit(jax.vmap(epoch), donate_argnums=0)
    rng = np.random.default_rng(0)

    def seconds() -> float:
        nonlocal parameters
        orders = np.stack([rng.permutation(len(x)) for _ in range(SEEDS)])
        started = time.perf_counter()
        parameters = jax.block_until_ready(run(parameters, orders))
        return time.perf_counter() - started

    return seconds
