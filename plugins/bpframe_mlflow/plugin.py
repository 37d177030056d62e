"""Records runs, and opens MLflow's page on them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import bpframe
from bpframe import Command, Epoch, Run, Settings, Sweep
from bpframe_mlflow.command import sync, ui
from bpframe_mlflow.settings import MlflowTracking, NoTracking

if TYPE_CHECKING:
    from bpframe_mlflow.sweeps import SweepTracking
    from bpframe_mlflow.tracking import Tracking


class MlflowPlugin:
    """Records the runs of this process; it keeps what does so between the hooks."""

    def __init__(self) -> None:
        self._tracking: Tracking | None = None
        self._sweep: SweepTracking | None = None

    @bpframe.hookimpl
    def bpframe_register_settings(self, register: Callable[[str, type[Settings]], None]) -> None:
        """Register the choices of ``tracking``."""
        register("tracking/mlflow", MlflowTracking)
        register("tracking/none", NoTracking)

    @bpframe.hookimpl
    def bpframe_register_commands(self, register: Callable[[str, Command], None]) -> None:
        """Register ``bpframe ui`` and ``bpframe sync``."""
        register("ui", ui)
        register("sync", sync)

    @bpframe.hookimpl(wrapper=True)
    def bpframe_run(self, run: Run) -> Generator[None, bool, bool]:
        """Record the run, however it ends."""
        settings = run.settings.get("tracking")
        if not isinstance(settings, MlflowTracking):
            return (yield)
        from bpframe_mlflow.tracking import Tracking

        try:
            with Tracking(run, settings) as self._tracking:
                return (yield)
        finally:
            self._tracking = None

    @bpframe.hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        """Append the metrics of an epoch to the journal."""
        if self._tracking:
            self._tracking.log_epoch(epoch)

    @bpframe.hookimpl
    def bpframe_sweep_begin(self, sweep: Sweep) -> None:
        """Begin the run that those of the sweep's jobs belong to."""
        from bpframe_mlflow.sweeps import begin

        self._sweep = begin(sweep)

    @bpframe.hookimpl(trylast=True)
    def bpframe_sweep_end(self, sweep: Sweep) -> None:
        """Close it, with what other plugins have saved of the sweep."""
        tracking, self._sweep = self._sweep, None
        if tracking:
            tracking.end(sweep)

    @bpframe.hookimpl
    def bpframe_find_run(self, run_id: str, cwd: Path) -> Path | None:
        """Return the folder of the run that MLflow has under an ID."""
        from bpframe_mlflow.marker import folder_of

        return folder_of(run_id, cwd)


plugin = MlflowPlugin()
