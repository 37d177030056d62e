"""Registers ``bpframe reproduce``."""

from collections.abc import Callable

import bpframe
from bpframe_reproduce.command import reproduce, row_names


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[..., None]) -> None:
    register("reproduce", reproduce, row_names)
