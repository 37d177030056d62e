"""Registers the task that explains."""

from collections.abc import Callable

import bpframe
from bpframe_explain.task import Explain


@bpframe.hookimpl
def bpframe_register_tasks(register: Callable[[str, type[bpframe.Task]], None]) -> None:
    register("explain", Explain)
