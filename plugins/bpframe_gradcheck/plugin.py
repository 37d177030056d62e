"""Registers the task ``gradcheck``, and shows the runs of a sweep as one matrix."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpframe
import bpframe_gradcheck as gradcheck
from bpframe import Outcome, write_whole


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("gradcheck", gradcheck.GradCheck)


@bpframe.hookimpl
def bpframe_sweep_end(folder: Path, outcomes: list[Outcome], notes: list[Any]) -> None:
    """Write and show what the runs of a sweep have found, as one matrix."""
    runs = [outcome for outcome in outcomes if outcome.parts.get("task") == "gradcheck"]
    if not runs:
        return
    matrix = gradcheck.Matrix(runs)
    write_whole(folder / "gradcheck.csv", matrix.to_csv())
    write_whole(folder / "gradcheck.md", matrix.to_markdown())
    notes += [
        matrix.for_terminal(),
        gradcheck.LEGEND,
        f"{len(runs)} runs; {matrix.summary()}",
    ]
