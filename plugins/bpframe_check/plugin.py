"""Registers ``bpframe check``."""

from collections.abc import Callable

import bpframe
from bpframe import Command
from bpframe_check.command import check


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    register("check", check)
