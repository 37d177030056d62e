"""An epoch of bpframe beside its peers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np
from children import NoAnswerError, elapsed
from contenders import OTHERS, rules
from roofline import Roofline, figure, measure
from rounds import Timing, race
from work import Work

# Whole mini-batches of 256 and of 32 samples.
MANY = 49_920
WORKS = [
    Work((784, 30, 10), 10),
    Work((784, 100, 10), 10),
    Work((784, 30, 10), 100, rate=10.0),
    Work((784, 512, 512, 10), 256, rate=0.3, samples=MANY),
    Work((784, 64, 32, 10), 32, rate=0.1, hidden="relu", output="softmax", samples=MANY),
    Work((784, 30, 10), 10, rate=0.001, optimizer="adam"),
    Work((784, 30, 10), 10, dtype="float64"),
    Work((64, 30, 10), 10, data="digits"),
    Work((20, 50, 1), 16, rate=0.05, hidden="tanh", output="linear", data="values"),
    Work((8, 16, 16, 3), 8, rate=0.05, hidden="softplus", output="linear", data="values"),
    Work(
        (4, 32, 16, 4),
        10_000,
        rate=0.01,
        samples=10_000,
        hidden="tanh",
        output="linear",
        optimizer="adam",
        data="values",
    ),
]
# Where every exact rule takes part, and where more than one processor can help.
EVERY_RULE = (WORKS[0], WORKS[-2])
ALL_CORES = (WORKS[3], WORKS[-1])
QUICK = ["full_matrix", "fused", "JAX"]
# Recognised less often than full_matrix, by more than this, or steps that move the outputs
# elsewhere, by more than this share: not the same training.
NOISE, DIFFERENCE = 0.02, 0.05


def report(folder: str | None, rounds: int) -> Iterator[str]:
    """Yield the tables as lines of Markdown."""
    for one_thread, works in ((True, WORKS), (False, ALL_CORES)):
        yield from ("## One core" if one_thread else "## All cores", "")
        for work in works:
            own = rules() if one_thread and work in EVERY_RULE else ["full_matrix", "fused"]
            yield from section([*own, *OTHERS], work, folder, rounds, one_thread=one_thread)


def quick_report(folder: str | None, rounds: int) -> Iterator[str]:
    """Yield the tables of the quick rules beside JAX, on one core."""
    for work in WORKS:
        yield from section(QUICK, work, folder, rounds, one_thread=True)


def section(
    names: list[str], work: Work, folder: str | None, rounds: int, *, one_thread: bool
) -> list[str]:
    """Return one work's tables, measured now."""
    started = time.monotonic()
    cores = "one core" if one_thread else "all cores"
    print(f"{cores}, {work}: {len(names)} contenders ", end="", file=sys.stderr, flush=True)
    try:
        roofline = measure(work, one_thread=one_thread)
    except NoAnswerError as failure:
        return [f"### {work}", "", f"The machine could not be measured: {failure}.", ""]
    results = race(names, work, folder, rounds, one_thread=one_thread)
    print(f" {elapsed(started)}", file=sys.stderr)
    return table(work, roofline, results)


def table(work: Work, roofline: Roofline, results: dict[str, Timing | str]) -> list[str]:
    """Return one work's table, its roofline, and what could not take part."""
    lines = [
        f"### {work}",
        "",
        "| contender | epoch, s (least to most) | × full_matrix | × the best possible "
        "| of a large product | accuracy or R² | before the first, s | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    reference = results["full_matrix"]
    absent = {name: timing for name, timing in results.items() if isinstance(timing, str)}
    there = {name: timing for name, timing in results.items() if isinstance(timing, Timing)}
    for name, timing in there.items():
        least, most = min(timing.seconds), max(timing.seconds)
        seconds = f"{figure(timing.median)} ({figure(least)} to {figure(most)})"
        is_value = work.data == "values"
        seen = f"R² {timing.accuracy:.3f}" if is_value else f"{timing.accuracy:.1%}"
        if timing.partial(work):
            seen = f"timed on {timing.samples:,} samples"
        ratio = "-"
        if isinstance(reference, Timing):
            ratio = f"{timing.ratio(reference):.2f}"
            if why := other_training(timing, reference, work):
                ratio, seen = "void", f"{seen}: {why}"
        share = work.operations / timing.median / roofline.rate
        lines.append(
            f"| {f'{name} ({timing.note})' if timing.note else name} | {seconds} | {ratio} "
            f"| {timing.median / roofline.best:.1f} | {share:.0%} | {seen} "
            f"| {timing.preparation:.1f} | {timing.megabytes:.0f} |"
        )
    quick = {name: there[name].median for name in QUICK if name in there}
    lines += ["", f"BLAS kernels {roofline.kernels}.", "", *roofline.lines(quick)]
    if absent:
        lines += ["Not there:", "", *(f"- {name}: {why}" for name, why in absent.items()), ""]
    return lines


def other_training(timing: Timing, reference: Timing, work: Work) -> str:
    """Return why a contender has not trained as the reference has, or nothing."""
    if timing.moved is not None and reference.moved is not None:
        moved = np.linalg.norm(reference.moved)
        if not np.linalg.norm(timing.moved - reference.moved) <= DIFFERENCE * moved:
            return "other steps"
    if not timing.partial(work) and not timing.accuracy >= reference.accuracy - NOISE:
        return "learned less"
    return ""
