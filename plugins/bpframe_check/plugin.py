"""Registers ``bpframe check``."""

from collections.abc import Callable

import bpframe
from bpframe_check.command import check
from bpframe_check.selection import known_names


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[..., None]) -> None:
    register("check", check, known_names)
