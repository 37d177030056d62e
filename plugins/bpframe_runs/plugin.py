"""Registers ``bpframe runs``."""

from collections.abc import Callable

import bpframe
from bpframe_runs.command import runs


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[..., None]) -> None:
    register("runs", runs)
