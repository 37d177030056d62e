"""Registers the task ``gradcheck``, and shows the runs of a sweep as one matrix."""

from collections.abc import Callable

import bpframe
import bpframe_gradcheck as gradcheck
from bpframe import Sweep


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("gradcheck", gradcheck.GradCheck)


@bpframe.hookimpl
def bpframe_sweep_end(sweep: Sweep) -> None:
    """Write and show what the runs of a sweep have found, as one matrix."""
    runs = [outcome for outcome in sweep.outcomes if outcome.parts.get("task") == "gradcheck"]
    if not runs:
        return
    matrix = gradcheck.Matrix(runs)
    sweep.save("gradcheck.csv", matrix.to_csv())
    sweep.save("gradcheck.md", matrix.to_markdown())
    sweep.notes += [
        matrix.for_terminal(),
        gradcheck.LEGEND,
        f"{len(runs)} runs; {matrix.summary()}",
    ]
