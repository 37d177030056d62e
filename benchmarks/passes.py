"""What backpropagation costs in forward passes, and the loop over samples against matrices."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from children import alone
from work import Work, load

from bpframe import (
    Backprop,
    Batch,
    ForwardPass,
    Objective,
    Parameters,
    Trainer,
    make_batch,
    stream,
)
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD

WORK = Work((784, 30, 10))
BATCH_SIZES = (1, 10, 100, 1000)
STEPS = 2000


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    lines: list[str] = alone(_report, folder, rounds)
    return lines


def _report(folder: str | None, rounds: int) -> list[str]:
    lines = [
        "## Passes",
        "",
        f"{list(WORK.sizes)}, one core. A gradient, forward pass and all, in forward passes of "
        "the same mini-batch (the book: about two); and the loop over samples against matrices "
        "(the book: about a factor of two).",
        "",
        "| mini-batch | full_matrix / forward pass | per_sample / full_matrix |",
        "|---|---|---|",
    ]
    for m in BATCH_SIZES:
        forward, matrix, loop = medians_in_turn(
            [
                forward_passes(m, folder),
                gradients(FullMatrix(), m, folder),
                gradients(PerSample(), m, folder),
            ],
            rounds,
        )
        lines.append(f"| {m} | {matrix / forward:.2f} | {loop / matrix:.2f} |")
    trained, bare = medians_in_turn([trainer(folder), bare_loop(folder)], rounds)
    return [
        *lines,
        "",
        f"An epoch of the trainer takes {trained / bare:.2f} of a loop that only calls full_matrix "
        "and the step, on one mini-batch again and again that stays in the cache: shuffling, "
        "fetching the samples and looking for a cost that diverges.",
        "",
    ]


def medians_in_turn(functions: list[Callable[[], float]], rounds: int) -> list[float]:
    """Return the median seconds of functions that take turns and measure themselves."""
    for function in functions:
        function()
    times = [[function() for function in functions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def batch_of(m: int, folder: str | None) -> Batch:
    """Return the first m samples."""
    data = load(folder)
    first = data.train.head(m)
    return make_batch(first.x, data.targets(first, np.float32), np.float32)


def forward_passes(m: int, folder: str | None) -> Callable[[], float]:
    """Return a function that makes forward passes of m samples and gives seconds."""
    forward, batch = ForwardPass(WORK.network(), m), batch_of(m, folder)
    return timed(lambda: forward(batch.x_one), STEPS // m + 5)


def gradients(rule: Backprop, m: int, folder: str | None) -> Callable[[], float]:
    """Return a function that computes gradients of m samples and gives seconds."""
    network, batch = WORK.network(), batch_of(m, folder)
    gradient = rule.bind(Objective(network, Quadratic()), stream(0, "feedback"))
    out = Parameters(network.sizes)
    return timed(lambda: gradient(batch, out), STEPS // m + 5)


def trainer(folder: str | None) -> Callable[[], float]:
    """Return a function that trains an epoch and gives its seconds."""
    data = load(folder)

    def epoch() -> float:
        trainer = Trainer(WORK.network(), Quadratic(), FullMatrix(), SGD(WORK.rate), epochs=1)
        return trainer.fit(data)[0].seconds

    return epoch


def bare_loop(folder: str | None) -> Callable[[], float]:
    """Return a function that takes as many steps without a trainer and gives seconds."""
    network, batch = WORK.network(), batch_of(WORK.batch_size, folder)
    gradient = FullMatrix().bind(Objective(network, Quadratic()), stream(0, "feedback"))
    step = SGD(WORK.rate).bind(network.parameters)
    out = Parameters(network.sizes)

    def take_step() -> None:
        gradient(batch, out)
        step(out)

    return timed(take_step, WORK.samples // WORK.batch_size)


def timed(function: Callable[[], object], times: int) -> Callable[[], float]:
    """Return a function that calls another some times and gives seconds."""

    def run() -> float:
        started = time.perf_counter()
        for _ in range(times):
            function()
        return time.perf_counter() - started

    return run
