"""Registers ``bpframe report``, and reports at the end of a sweep with several seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import bpframe
from bpframe import Command, Settings, Sweep
from bpframe_report.command import report

SEEDS = 2


@dataclass(frozen=True)
class AutoReport(Settings):
    """A report at the end of a sweep in which two seeds or more have ended.

    Parameters
    ----------
    by : list of str
        What choices differ in; all that varies if it is empty.
    pool : list of str
        What may vary within a choice.
    baseline : str, optional
        The choice that others are compared with; full_matrix or the first if left out.
    metric : str, optional
        The figure that is compared; if left out that of ``sweep.metric``, or else the accuracy or
        the cost of the test set.
    """

    by: list[str] = field(default_factory=list)
    pool: list[str] = field(default_factory=list)
    baseline: str | None = None
    metric: str | None = None


@dataclass(frozen=True)
class NoReport(Settings):
    """No report."""


@bpframe.hookimpl
def bpframe_register_settings(register: Callable[[str, type[Settings]], None]) -> None:
    register("report/auto", AutoReport)
    register("report/none", NoReport)


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    register("report", report)


@bpframe.hookimpl
def bpframe_sweep_end(sweep: Sweep) -> None:
    settings = sweep.settings.get("report")
    ended = [o for o in sweep.outcomes if o.figures or o.exit_code == 1]
    if isinstance(settings, AutoReport) and len(ended) >= SEEDS:
        # Statistics and pictures take a second to import.
        from bpframe_report.at_the_end import report_sweep

        metric = settings.metric or sweep.metric
        report_sweep(sweep, settings.by, settings.pool, settings.baseline, metric)
