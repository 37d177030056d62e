"""What the machine can do: the bound that no training can beat."""

from __future__ import annotations

import multiprocessing
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rounds import ONE_THREAD, environment
from work import Work

# Bytes of arrays that are copied: in the caches of a core, in a shared one, in the memory.
SIZES = (2**17, 2**21, 2**26)
PACKAGES = ("bpframe", "numpy", "numba", "scikit-learn", "torch", "jax")


@dataclass
class Machine:
    """Measured rates.

    Attributes
    ----------
    operations : float
        Multiplications and additions a second of a large product of float32 matrices.
    copies : dict
        Bytes a second, read and written, of copies by the bytes of the array.
    kernels : str
        What BLAS has chosen for the processor.
    """

    operations: float
    copies: dict[int, float]
    kernels: str

    def bound(self, work: Work) -> float:
        """Return the seconds below which no epoch can come that skips nothing.

        The products at the rate of sgemm; the inputs read once from the memory; and at each step
        gradient and weights read and written, where they fit.
        """
        inputs = 4 * work.samples * work.sizes[0]
        parameters = 4 * work.parameters
        steps = work.samples / work.batch_size
        size = next((size for size in self.copies if size >= parameters), max(self.copies))
        moved = inputs / self.copies[max(self.copies)] + 4 * steps * parameters / self.copies[size]
        return work.operations / self.operations + moved


def measure(*, one_thread: bool) -> Machine:
    """Measure the machine in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with environment(ONE_THREAD if one_thread else {}), spawn.Pool(1) as pool:
        return pool.apply(_rates)


def _rates() -> Machine:
    from threadpoolctl import threadpool_info

    n = 1024
    a = np.random.default_rng(0).random((n, n), np.float32)
    out = np.empty_like(a)
    product = best(partial(np.dot, a, a, out=out))
    copies = {}
    for size in SIZES:
        source = np.ones(size, np.uint8)
        copies[size] = 2 * size / best(partial(np.copyto, np.empty_like(source), source))
    kernels = {str(blas.get("architecture")) for blas in threadpool_info()}
    return Machine(2 * n**3 / product, copies, ", ".join(sorted(kernels)))


def best(function: Callable[[], object]) -> float:
    """Return the least seconds of some calls."""
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def description() -> str:
    """Return processor, Python and versions in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = f"{models[0]}, {len(models)} cores" if models else platform.processor()
    packages = []
    for package in PACKAGES:
        try:
            packages.append(f"{package} {version(package)}")
        except ImportError:
            packages.append(f"no {package}")
    return f"{name}; Python {platform.python_version()}; {', '.join(packages)}"
