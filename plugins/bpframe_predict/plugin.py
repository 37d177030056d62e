"""Registers ``bpframe predict``."""

from collections.abc import Callable

import bpframe
from bpframe import Command
from bpframe_predict.command import predict


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    register("predict", predict)
