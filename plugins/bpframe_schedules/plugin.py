"""Registers the schedules."""

from collections.abc import Callable

import bpframe
import bpframe_schedules as schedules


@bpframe.hookimpl
def bpframe_register_schedules(register: Callable[[str, type[bpframe.Schedule]], None]) -> None:
    register("constant", schedules.ConstantRate)
    register("step", schedules.Steps)
    register("exponential", schedules.Exponential)
    register("cosine", schedules.Cosine)
    register("one_cycle", schedules.OneCycle)
    register("plateau", schedules.Plateau)
