"""Measures speed and memory, side by side in one run, and writes RESULTS.md.

python benchmarks/run.py [FOLDER_WITH_MNIST] [--rounds N] [--only PART | --quick] [--output FILE]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import diagnostics
import functions
import growth
import machine
import passes
import peers
import steps
import sweep_jobs
import together
import whole_run
from children import elapsed

from bpframe import stream
from bpframe.errors import DataError
from bpframe_data import MNIST

RESULTS = Path(__file__).with_name("RESULTS.md")
# Of what takes long and differs little.
FEW = 3


def parts(folder: str | None, rounds: int) -> dict[str, Callable[[], Iterable[str]]]:
    """Return what is measured, by name."""
    few = min(FEW, rounds)
    return {
        "peers": lambda: peers.report(folder, rounds),
        "together": lambda: together.report(folder, few),
        "passes": lambda: passes.report(folder, rounds),
        "functions": lambda: functions.report(),
        "growth": lambda: growth.report(folder, few, RESULTS.with_name("growth.png")),
        "steps": lambda: steps.report(folder, rounds),
        "diagnostics": lambda: diagnostics.report(folder, rounds),
        "whole_run": lambda: whole_run.report(rounds),
        "sweep_jobs": lambda: sweep_jobs.report(1),
    }


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", help="the IDX files of MNIST; else synthetic arrays")
    parser.add_argument("--rounds", type=int, default=5, help="epochs of each contender")
    some = parser.add_mutually_exclusive_group()
    some.add_argument(
        "--only", choices=parts(None, 1), help="one part instead of all; printed alone"
    )
    some.add_argument(
        "--quick", action="store_true", help="the quick rules and JAX on one core; printed alone"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="where all are written")
    options = parser.parse_args()
    folder = str(Path(options.folder).resolve()) if options.folder else None
    if folder:
        try:
            MNIST(path=folder).load(stream(0, "split"))
        except DataError as error:
            parser.error(str(error))
    rounds = options.rounds
    chosen = parts(folder, rounds)
    if options.only:
        chosen = {options.only: chosen[options.only]}
    elif options.quick:
        chosen = {"peers": lambda: peers.quick_report(folder, min(FEW, rounds))}
    lines = []
    try:
        for line in report(chosen, folder, rounds):
            print(line, flush=True)
            lines.append(line)
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was written")
    if not options.only and not options.quick:
        options.output.write_text("\n".join(lines).rstrip() + "\n")
        print(f"written: {options.output}", file=sys.stderr)


def report(
    chosen: dict[str, Callable[[], Iterable[str]]], folder: str | None, rounds: int
) -> Iterator[str]:
    """Yield the lines of the results. A part that fails says so in its place."""
    yield from (
        "# Results",
        "",
        f"{machine.description()}; {datetime.now(UTC):%Y-%m-%d}. Written by `make bench`; "
        "docs/performance.md says how to read it.",
        "",
        f"Data: {'MNIST' if folder else 'synthetic arrays of the shape of MNIST'}. Medians of "
        f"{rounds} rounds in which the contenders take turns; ratios within a round.",
        "",
    )
    if kind := os.environ.get("OPENBLAS_CORETYPE"):
        yield from (f"OPENBLAS_CORETYPE={kind} was set and has been left out.", "")
    started = time.monotonic()
    for name, part in chosen.items():
        print(f"[{elapsed(started)}] {name}", file=sys.stderr, flush=True)
        try:
            yield from part()
        except Exception as error:
            yield from (f"## {name}", "", f"Not measured: {type(error).__name__}: {error}", "")
    print(f"[{elapsed(started)}] done", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
