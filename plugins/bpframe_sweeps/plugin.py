"""Registers the choices of the section ``sweep``."""

from __future__ import annotations

from collections.abc import Callable

import bpframe
from bpframe import Epoch, Run, Settings, Sweep
from bpframe_sweeps.grid import Grid
from bpframe_sweeps.optuna_search import OptunaSearch


@bpframe.hookimpl
def bpframe_register_settings(register: Callable[[str, type[Settings]], None]) -> None:
    register("sweep/grid", Grid)
    register("sweep/optuna", OptunaSearch)


@bpframe.hookimpl
def bpframe_should_stop(run: Run, epoch: Epoch) -> str | None:
    search = run.settings.get("sweep")
    return search.lags_behind(run, epoch) if isinstance(search, OptunaSearch) else None


@bpframe.hookimpl
def bpframe_sweep_end(sweep: Sweep) -> None:
    search = sweep.settings.get("sweep")
    if isinstance(search, OptunaSearch) and (note := search.told(sweep)):
        sweep.notes.append(note)
