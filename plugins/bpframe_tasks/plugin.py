"""Registers the tasks."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import bpframe
import bpframe_tasks as tasks
from bpframe import Outcome, Run
from bpframe.files import write_whole


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("train", tasks.Train)
    register("gradcheck", tasks.GradCheck)


@bpframe.hookimpl(wrapper=True)
def bpframe_run(run: Run) -> Generator[None, bool, bool]:
    """Warn of data that this network cannot learn, before it is trained."""
    if run.task.trains:
        run.warnings += tasks.warnings_of_data(run)
    return (yield)


@bpframe.hookimpl
def bpframe_run_end(run: Run) -> None:
    """Warn of what the trained network shows."""
    if run.task.trains:
        run.warnings += tasks.warnings_of_training(run)


@bpframe.hookimpl
def bpframe_sweep_end(folder: Path, outcomes: list[Outcome], notes: list[Any]) -> None:
    """Write and show the checks of a sweep as one matrix."""
    checks = [outcome for outcome in outcomes if outcome.parts.get("task") == "gradcheck"]
    if not checks:
        return
    matrix = tasks.Matrix(checks)
    write_whole(folder / "gradcheck.csv", matrix.to_csv())
    write_whole(folder / "gradcheck.md", matrix.to_markdown())
    notes += [matrix.for_terminal(), tasks.LEGEND, f"{len(checks)} checks; {matrix.summary()}"]
