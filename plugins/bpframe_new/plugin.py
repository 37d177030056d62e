"""Registers ``bpframe new``."""

from collections.abc import Callable

import bpframe
from bpframe import Command
from bpframe_new.command import new


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    register("new", new)
