"""What the arithmetic and the bytes of an epoch take at the least, measured in the same minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from children import alone
from work import FUNCTIONS, Work

# Bytes of arrays that are copied: in the caches of a core, in a shared one, in the memory.
SIZES = (2**17, 2**21, 2**26)
LARGE = 1024
# A mini-batch is computed in blocks of so many samples.
BLOCK = 1000
# Small products are timed many at a call, of as many bytes as a core's cache holds.
CACHE, MANY = 2**19, 64
# Times that the parameters are read or written in a step.
PASSES = {"sgd": 2, "adam": 6}


@dataclass(frozen=True)
class Roofline:
    """The least that an epoch of some work takes on this machine, if nothing is skipped.

    Attributes
    ----------
    work : Work
        What is trained.
    rate : float
        Multiplications and additions a second of a large product.
    copies : dict
        Bytes a second, read and written, of copies by the bytes of the array.
    products : float
        Seconds of the products of an epoch at their own shapes, with all in the cache.
    functions : float
        Seconds of the functions of the layers and of their derivatives, of arrays.
    kernels : str
        What BLAS has chosen for the processor.
    """

    work: Work
    rate: float
    copies: dict[int, float]
    products: float
    functions: float
    kernels: str

    @property
    def input_bytes(self) -> int:
        """Bytes of the inputs, which are read once."""
        return np.dtype(self.work.dtype).itemsize * self.work.samples * self.work.sizes[0]

    @property
    def parameter_bytes(self) -> int:
        """Bytes of parameters, and of what an optimizer remembers, read and written in an epoch.

        A plain step reads the parameters and writes them; Adam does so with two moments too.
        """
        steps = self.work.samples // self.work.batch_size
        return steps * PASSES[self.work.optimizer] * self._parameters

    @property
    def _parameters(self) -> int:
        return np.dtype(self.work.dtype).itemsize * self.work.parameters

    @property
    def parameter_rate(self) -> float:
        """Bytes a second of a copy of an array that the parameters fit in."""
        fitting = (size for size in self.copies if size >= self._parameters)
        return self.copies[next(fitting, max(self.copies))]

    @property
    def moves(self) -> float:
        """Seconds of the bytes that must move, parameters in a cache that holds them."""
        inputs = self.input_bytes / self.copies[max(self.copies)]
        return inputs + self.parameter_bytes / self.parameter_rate

    @property
    def best(self) -> float:
        """Seconds below which no epoch comes that skips nothing: products or moves."""
        return max(self.products, self.moves)

    def lines(self, seconds: dict[str, float]) -> list[str]:
        """Return a table of what an epoch takes at least, and what others take beyond that.

        Parameters
        ----------
        seconds : dict
            Of an epoch of contenders by name.
        """
        flop, unit = self.work.operations, "sgemm" if self.work.dtype == "float32" else "dgemm"
        memory = self.copies[max(self.copies)]
        rows = [
            (f"products, if they were large ({unit}, {LARGE} × {LARGE})", flop, flop / self.rate),
            ("products at their shapes, in the cache", flop, self.products),
        ]
        lines = [
            "| of an epoch | how much | rate | ms |",
            "|---|---|---|---|",
            *(
                f"| {name} | {n / 1e9:.3g} Gflop | {n / t / 1e9:.0f} Gflop/s | {figure(1e3 * t)} |"
                for name, n, t in rows
            ),
            f"| inputs, from the memory | {self.input_bytes / 1e6:,.1f} MB "
            f"| {memory / 1e9:.0f} GB/s | {figure(1e3 * self.input_bytes / memory)} |",
            f"| parameters, read and written at each step | {self.parameter_bytes / 1e6:,.1f} MB "
            f"| {self.parameter_rate / 1e9:.0f} GB/s "
            f"| {figure(1e3 * self.parameter_bytes / self.parameter_rate)} |",
            "| **the best possible**: products at their shapes, or bytes | | "
            f"| {figure(1e3 * self.best)} |",
            f"| functions of the layers, of arrays | | | {figure(1e3 * self.functions)} |",
        ]
        for name, taken in seconds.items():
            rest = taken - self.best - self.functions
            lines.append(
                f"| the rest of {name} | {rest / taken:.0%} of it | | {figure(1e3 * rest)} |"
            )
        return [*lines, ""]


def figure(number: float) -> str:
    """Return a number with three digits that count, or all of those before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def measure(work: Work, *, one_thread: bool) -> Roofline:
    """Measure the machine for some work, in a process of its own."""
    found: Roofline = alone(measured, work, one_thread=one_thread)
    return found


def measured(work: Work) -> Roofline:
    """Return the roofline of some work, measured in this process."""
    from threadpoolctl import threadpool_info

    dtype = np.dtype(work.dtype)
    copies = {}
    for size in SIZES:
        source = np.ones(size, np.uint8)
        copies[size] = 2 * size / best(partial(np.copyto, np.empty_like(source), source))
    m = min(work.batch_size, BLOCK)
    blocks = work.samples / m
    return Roofline(
        work,
        2 * LARGE**3 / product(LARGE, LARGE, LARGE, dtype),
        copies,
        blocks * sum(product(*shape, dtype) for shape in shapes(work.sizes, m)),
        blocks * functions(work, m),
        ", ".join(sorted({str(blas.get("architecture")) for blas in threadpool_info()})),
    )


def shapes(sizes: tuple[int, ...], m: int) -> list[tuple[int, int, int]]:
    """Return rows, inner length and columns of the products for m samples.

    Of each layer z = w a and δ aᵀ, and wᵀ δ but for the first.
    """
    found = []
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        found += [(n_out, n_in, m), (n_out, m, n_in)]
        if layer:
            found.append((n_in, n_out, m))
    return found


def product(n: int, k: int, p: int, dtype: Any) -> float:
    """Return the seconds of a product of n × k by k × p, or of its transpose if that is faster."""
    count = max(1, min(MANY, CACHE // (dtype.itemsize * max(n * k, k * p, n * p))))
    seconds = []
    for rows, columns in ((n, p), (p, n)):
        a, b = np.ones((count, rows, k), dtype), np.ones((count, k, columns), dtype)
        out = np.empty((count, rows, columns), dtype)
        seconds.append(best(partial(np.matmul, a, b, out=out)) / count)
    return min(seconds)


def functions(work: Work, m: int) -> float:
    """Return the seconds of the functions of all layers, and of f′, for m samples."""
    seconds = 0.0
    for layer, n in enumerate(work.sizes[1:], 1):
        is_output = layer == len(work.sizes) - 1
        f = FUNCTIONS[work.output if is_output else work.hidden]
        z = np.random.default_rng(0).standard_normal((m, n)).astype(work.dtype)
        a, delta = f(z), np.zeros_like(z)
        seconds += best(partial(f, z, a))
        # Of a softmax with the log-likelihood δ is a difference.
        if f.elementwise:
            seconds += best(partial(f.pullback, delta, z, a))
    return seconds


def best(function: Callable[[], object]) -> float:
    """Return the least seconds of some calls."""
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
