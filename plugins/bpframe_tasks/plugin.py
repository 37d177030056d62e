"""Registers the tasks."""

from collections.abc import Callable

import bpframe
import bpframe_tasks as tasks


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("train", tasks.Train)
