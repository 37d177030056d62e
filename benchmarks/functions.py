"""Functions of layers: what each number takes, compiled and of arrays, and how they differ."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from rounds import ONE_THREAD, environment

from bpframe import Activation, Array, Network, Objective
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Custom
from bpframe_costs import Quadratic
from bpframe_fused.functions import compile_functions
from bpframe_initializers import ScaledNormal

# A layer that stays in the cache of a core.
SAMPLES, NEURONS = 16, 255
# A call from Python takes as long as some of the compiled function.
TIMES = 20
LARGEST = 10.0
# Their derivatives have other elementary functions.
EXPRESSIONS = ("z*sigmoid(z)", "sinh(z)", "asinh(z)", "atan(z)", "erf(z)")


def report() -> list[str]:
    """Return the section as lines of Markdown."""
    with environment(ONE_THREAD), multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_report)


def _report() -> list[str]:
    lines = [
        "## Functions",
        "",
        f"ns for each number of {SAMPLES} × {NEURONS + 1}, from {-LARGEST:g} to {LARGEST:g}, one "
        "core: compiled, as fused has them, beside those of arrays; and the largest difference in "
        "units in the last place.",
        "",
        "| function | type | f | of arrays | ULP | f′ | of arrays | ULP |",
        "|---|---|---|---|---|---|---|---|",
    ]
    registered = load_plugins().registry.defaults("activation")
    functions = {name: f for name, f in registered.items() if f.elementwise}
    functions |= {text: Custom(text) for text in EXPRESSIONS}
    for name, f in functions.items():
        for dtype in (np.float32, np.float64):
            cells = " | ".join(_measured(f, dtype))
            lines.append(f"| `{name}` | {np.dtype(dtype)} | {cells} |")
    return [*lines, ""]


def _measured(f: Activation, dtype: type) -> list[str]:
    """Return the cells of f and of f′."""
    network = Network((1, NEURONS), f, ScaledNormal(), dtype=dtype)
    functions = compile_functions(Objective(network, Quadratic()))
    z = np.linspace(-LARGEST, LARGEST, SAMPLES * (NEURONS + 1), dtype=dtype)
    z = z.reshape(SAMPLES, NEURONS + 1)
    own = f(z)
    a, zeros, slope = own.copy(), np.zeros_like(z), np.ones_like(z)
    forward, pullback = functions.forwards[0], functions.pullbacks[0]
    # Of the same a, for where 1 - a is small f′ is as wrong as a.
    call_pullback(pullback, z, own, slope, 1)
    return [
        per_number(lambda: call_forward(forward, z, a, TIMES), TIMES),
        per_number(lambda: f(z, own)),
        ulps(a, own),
        # Zeros stay zeros: what became too small for a normal number would take longer.
        per_number(lambda: call_pullback(pullback, z, own, zeros, TIMES), TIMES),
        per_number(lambda: f.pullback(zeros, z, own)),
        ulps(slope, f.derivative(z, own)),
    ]


@njit
def call_forward(function: Any, z: Any, a: Any, times: int) -> None:
    """Set a = f(z) some times."""
    for _ in range(times):
        function(z, a, SAMPLES, NEURONS)


@njit
def call_pullback(function: Any, z: Any, a: Any, delta: Any, times: int) -> None:
    """Multiply delta by f′(z) some times."""
    for _ in range(times):
        function(z, a, delta, SAMPLES, NEURONS)


def per_number(call: Callable[[], object], times: int = 1) -> str:
    """Return the least ns for each number of some calls, each of which goes through all `times`."""
    seconds = []
    for _ in range(50):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return f"{min(seconds[1:]) / (times * SAMPLES * (NEURONS + 1)) * 1e9:.2f}"


def ulps(found: Array, expected: Array) -> str:
    """Return the largest difference in units in the last place of what is expected."""
    neurons = slice(None), slice(NEURONS)
    difference = np.abs(found[neurons] - expected[neurons])
    return f"{float((difference / np.spacing(np.abs(expected[neurons]))).max()):.0f}"
