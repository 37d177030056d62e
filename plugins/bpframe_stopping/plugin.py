"""Registers what ends a training early."""

from collections.abc import Callable

import bpframe
import bpframe_stopping as stopping


@bpframe.hookimpl
def bpframe_register_stoppings(register: Callable[[str, type[bpframe.Stopping]], None]) -> None:
    register("none", stopping.NoStopping)
    register("early", stopping.EarlyStopping)
