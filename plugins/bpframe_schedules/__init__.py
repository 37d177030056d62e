"""Schedules: how the learning rate changes while a training goes on."""

from bpframe_schedules.constant import ConstantRate
from bpframe_schedules.cosine import Cosine
from bpframe_schedules.exponential import Exponential
from bpframe_schedules.one_cycle import OneCycle
from bpframe_schedules.plateau import Plateau
from bpframe_schedules.steps import Steps

__all__ = ["ConstantRate", "Cosine", "Exponential", "OneCycle", "Plateau", "Steps"]
