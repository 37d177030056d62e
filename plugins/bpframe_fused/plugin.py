"""Registers the compiled backward pass."""

from collections.abc import Callable

import bpframe
from bpframe_fused import Fused


@bpframe.hookimpl
def bpframe_register_backprops(register: Callable[[str, type[bpframe.Backprop]], None]) -> None:
    register("fused", Fused)
