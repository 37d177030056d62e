"""An epoch of bpframe beside its peers."""

from __future__ import annotations

from contenders import OTHERS, rules
from machine import Machine, measure
from rounds import Timing, race
from work import Work

WORKS = [
    Work((784, 30, 10), 10),
    Work((784, 100, 10), 10),
    Work((784, 30, 10), 100, rate=10.0),
    Work((784, 512, 512, 10), 256, rate=0.3),
    Work((784, 64, 32, 10), 32, rate=0.1, hidden="relu", output="softmax"),
    Work((784, 30, 10), 10, rate=0.001, optimizer="adam"),
    Work((64, 30, 10), 10, data="digits"),
    Work((20, 50, 1), 16, rate=0.05, hidden="tanh", output="linear", data="values"),
    Work((8, 16, 16, 3), 8, rate=0.05, hidden="softplus", output="linear", data="values"),
]
QUICK = ["full_matrix", "fused", "JAX"]
# Recognised less often than full_matrix, by more than this: not the same training.
NOISE = 0.02


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the tables as lines of Markdown."""
    lines = []
    for one_thread in (True, False):
        threads = "One core" if one_thread else "All cores"
        lines += [f"## {threads}", ""]
        for work in WORKS:
            names = [*(rules() if one_thread else ["full_matrix", "fused"]), *OTHERS]
            print(f"{threads.lower()}, {work} ", end="", flush=True)
            machine = measure(one_thread=one_thread)
            results = race(names, work, folder, rounds, one_thread=one_thread)
            lines += table(work, machine, results)
    return lines


def quick_report(folder: str | None, rounds: int) -> list[str]:
    """Return the tables of the quick rules beside JAX, on one core."""
    lines = []
    for work in WORKS:
        print(f"{work} ", end="", flush=True)
        results = race(QUICK, work, folder, rounds, one_thread=True)
        lines += table(work, measure(one_thread=True), results)
    return lines


def table(work: Work, machine: Machine, results: dict[str, Timing | str]) -> list[str]:
    """Return one work's table, and what could not take part."""
    bound = machine.bound(work)
    lines = [
        f"### {work}",
        "",
        f"The bound is {bound:.3f} s: sgemm at {machine.operations / 1e9:.0f} Gflop/s, copies at "
        f"{' / '.join(f'{rate / 1e9:.0f}' for rate in machine.copies.values())} GB/s of "
        f"{' / '.join(f'{size / 2**20:g}' for size in machine.copies)} MiB, "
        f"BLAS kernels {machine.kernels}.",
        "",
        "| contender | epoch, s (least to most) | × full_matrix | × bound | of sgemm | accuracy "
        "| before the first, s | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    reference = results["full_matrix"]
    assert isinstance(reference, Timing)
    absent = []
    for name, timing in results.items():
        if isinstance(timing, str):
            absent.append(f"- {name}: {timing}")
            continue
        label = f"{name} ({timing.note})" if timing.note else name
        seconds = f"{timing.median:.3f} ({min(timing.seconds):.3f} to {max(timing.seconds):.3f})"
        ratio = f"{timing.ratio(reference):.2f}"
        accuracy = f"{timing.accuracy:.1%}"
        if timing.samples < work.samples:
            accuracy = f"timed on {timing.samples:,} samples"
        elif timing.accuracy < reference.accuracy - NOISE:
            accuracy, ratio = f"{accuracy}: void", "-"
        share = work.operations / timing.median / machine.operations
        lines.append(
            f"| {label} | {seconds} | {ratio} | {timing.median / bound:.1f} | {share:.0%} "
            f"| {accuracy} | {timing.preparation:.1f} | {timing.megabytes:.0f} |"
        )
    return [*lines, "", *(["Not there:", "", *absent, ""] if absent else [])]
