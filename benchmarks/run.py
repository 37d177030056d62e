"""Measures speed and memory, side by side in one run, and writes RESULTS.md.

python benchmarks/run.py [FOLDER_WITH_MNIST] [--rounds N] [--only PART | --quick] [--output FILE]
"""

from __future__ import annotations

import argparse
import os
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

HERE = Path(__file__).parent
PARTS = (
    "peers",
    "passes",
    "functions",
    "growth",
    "steps",
    "diagnostics",
    "together",
    "whole_run",
    "sweep_jobs",
)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", help="the IDX files of MNIST; else synthetic arrays")
    parser.add_argument("--rounds", type=int, default=7, help="epochs of each contender")
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--only", choices=PARTS, help="one part instead of all")
    some.add_argument(
        "--quick", action="store_true", help="the quick rules and JAX on one core; written nowhere"
    )
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    if options.quick:
        print("\n".join(peers.quick_report(options.folder, min(3, options.rounds))))
        return
    chosen = [options.only] if options.only else PARTS
    folder = str(Path(options.folder).resolve()) if options.folder else None
    lines = [
        "# Results",
        "",
        f"{machine.description()}; {datetime.now(UTC):%Y-%m-%d}. Written by `make bench`; "
        "docs/performance.md says how to read it.",
        "",
        f"Data: {'MNIST' if folder else 'synthetic arrays of the shape of MNIST'}. Medians of "
        f"{options.rounds} rounds in which the contenders take turns; ratios within a round.",
        "",
    ]
    if kind := os.environ.get("OPENBLAS_CORETYPE"):
        lines += [f"OPENBLAS_CORETYPE={kind} was set and has been left out.", ""]
    if "peers" in chosen:
        lines += peers.report(folder, options.rounds)
    if "passes" in chosen:
        lines += passes.report(folder, options.rounds)
    if "functions" in chosen:
        lines += functions.report()
    if "growth" in chosen:
        lines += growth.report(
            folder, min(3, options.rounds), options.output.with_name("growth.png")
        )
    if "steps" in chosen:
        lines += steps.report(folder, options.rounds)
    if "diagnostics" in chosen:
        lines += diagnostics.report(folder, options.rounds)
    if "together" in chosen:
        lines += together.report(folder, options.rounds)
    if "whole_run" in chosen:
        lines += whole_run.report(options.rounds)
    if "sweep_jobs" in chosen:
        lines += sweep_jobs.report(min(3, options.rounds))
    options.output.write_text("\n".join(lines).rstrip() + "\n")
    print("\n".join(lines))
    print(f"written: {options.output}")


if __name__ == "__main__":
    main()
