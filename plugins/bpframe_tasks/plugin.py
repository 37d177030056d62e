"""Registers the tasks."""

from collections.abc import Callable, Generator

import bpframe
import bpframe_tasks as tasks
from bpframe import Run


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("train", tasks.Train)


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
