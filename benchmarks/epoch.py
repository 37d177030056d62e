"""What an epoch costs: full_matrix against per_sample, and the trainer against the bare rule.

    python benchmarks/epoch.py [FOLDER_WITH_MNIST]

The contenders take turns in short rounds, and the figures are medians of ratios of one round,
because a shared machine changes its speed within minutes. BLAS has one thread.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from bpframe import (
    Backprop,
    Batch,
    Data,
    Network,
    Objective,
    Parameters,
    Split,
    Trainer,
    stream,
    with_ones,
)
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import Quadratic
from bpframe_data import MNIST
from bpframe_optimizers import SGD, Normal

SIZES, BATCH_SIZE, RATE = [784, 30, 10], 10, 3.0
ROUNDS = 7


def load(folder: str | None) -> Data:
    """Return MNIST from a folder, or random numbers of its shape, 81% of them zero."""
    if folder:
        data = MNIST(path=folder).load(stream(0, "split"))
        train = data.train
    else:
        rng = np.random.default_rng(0)
        x = rng.random((50_000, 784), np.float32)
        x[rng.random(x.shape) < 0.81] = 0
        train = Split(x, rng.integers(0, 10, len(x)))
    return Data("bench", train, train.head(0), train.head(0), 10, "")


def trained(data: Data, rule: Backprop) -> Callable[[], float]:
    """Return a function that trains an epoch and gives its seconds, without evaluation."""

    def epoch() -> float:
        network = Network(SIZES, Sigmoid(), Normal())
        trainer = Trainer(network, Quadratic(), rule, SGD(RATE), epochs=1, batch_size=BATCH_SIZE)
        return trainer.fit(data)[0].seconds

    return epoch


def bare(data: Data, rule: Backprop, *, shuffled: bool) -> Callable[[], float]:
    """Return a loop that calls the rule and the optimizer for every mini-batch, and no more.

    Shuffled, it takes each mini-batch from the training set, as any training must; else it goes
    through mini-batches that are in the processor's cache already.
    """
    network = Network(SIZES, Sigmoid(), Normal())
    dtype = network.parameters.dtype
    gradient = Parameters(SIZES)
    compute = rule.bind(Objective(network, Quadratic()), stream(0, "feedback"))
    step = SGD(RATE).bind(network.parameters)
    x_one, y = with_ones(data.train.x, dtype), data.targets(data.train, dtype)
    n = len(y)
    order = stream(0, "shuffle").permutation(n)
    cached = [Batch(x_one[:BATCH_SIZE, :-1], y[:BATCH_SIZE], x_one[:BATCH_SIZE])] * (
        n // BATCH_SIZE
    )

    def batches() -> Iterator[Batch]:
        for start in range(0, n, BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            inputs = x_one[rows]
            yield Batch(inputs[:, :-1], y[rows], inputs)

    def epoch() -> float:
        started = time.perf_counter()
        for batch in batches() if shuffled else cached:
            compute(batch, gradient)
            step(gradient)
        return time.perf_counter() - started

    return epoch


def main() -> None:
    """Print seconds and ratios."""
    data = load(sys.argv[1] if len(sys.argv) > 1 else None)
    contenders = {
        "full_matrix": trained(data, FullMatrix()),
        "per_sample": trained(data, PerSample()),
        "bare loop, shuffled": bare(data, FullMatrix(), shuffled=True),
        "bare loop, cached": bare(data, FullMatrix(), shuffled=False),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    with threadpool_limits(1, "blas"):
        for _ in range(ROUNDS):
            for name, epoch in contenders.items():
                seconds[name].append(epoch())
    print(f"{SIZES}, batch {BATCH_SIZE}, float32, {len(data.train)} samples, {ROUNDS} rounds")
    # OPENBLAS_CORETYPE overrules what OpenBLAS would choose for the processor.
    chosen = {blas.get("architecture") for blas in threadpool_info() if blas["user_api"] == "blas"}
    print(f"BLAS kernels: {', '.join(map(str, chosen))}")
    for name, times in seconds.items():
        ratios = [t / base for t, base in zip(times, seconds["full_matrix"], strict=True)]
        spread = f"{min(times):.3f} to {max(times):.3f}"
        median = statistics.median(times)
        print(f"{name:24} {median:.3f} s ({spread}), {statistics.median(ratios):.2f} x full_matrix")


if __name__ == "__main__":
    main()
