"""Registers ``bpframe export``."""

from collections.abc import Callable

import bpframe
from bpframe import Command
from bpframe_onnx.command import export


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    register("export", export)
