"""Registers the choices of the section ``sweep``."""

from collections.abc import Callable

import bpframe
from bpframe import Settings
from bpframe_sweeps.grid import Grid


@bpframe.hookimpl
def bpframe_register_settings(register: Callable[[str, type[Settings]], None]) -> None:
    register("sweep/grid", Grid)
