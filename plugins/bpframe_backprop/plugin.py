"""Registers the backward passes."""

from collections.abc import Callable

import bpframe
import bpframe_backprop as backprop


@bpframe.hookimpl
def bpframe_register_backprops(register: Callable[[str, type[bpframe.Backprop]], None]) -> None:
    register("full_matrix", backprop.FullMatrix)
    register("per_sample", backprop.PerSample)
