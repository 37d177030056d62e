"""Records runs, and opens MLflow's page on them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bpframe
from bpframe import Command, Epoch, Run, Settings
from bpframe_mlflow.command import ui

if TYPE_CHECKING:
    from bpframe_mlflow.tracking import Tracking


@dataclass(frozen=True)
class MlflowTracking(Settings):
    """Record the run with MLflow.

    Parameters
    ----------
    uri : str, optional
        The store; MLFLOW_TRACKING_URI or ``sqlite:///mlflow.db`` if left out.
    experiment : str
        The experiment that the run belongs to.
    """

    uri: str | None = None
    experiment: str = "bpframe"


@dataclass(frozen=True)
class NoTracking(Settings):
    """Record nothing; MLflow is not imported."""


class MlflowPlugin:
    """Records the runs of this process; it keeps the recorder between the hooks."""

    def __init__(self) -> None:
        self._tracking: Tracking | None = None

    @bpframe.hookimpl
    def bpframe_register_settings(self, register: Callable[[str, type[Settings]], None]) -> None:
        """Register the choices of ``tracking``."""
        register("tracking/mlflow", MlflowTracking)
        register("tracking/none", NoTracking)

    @bpframe.hookimpl
    def bpframe_register_commands(self, register: Callable[[str, Command], None]) -> None:
        """Register ``bpframe ui``."""
        register("ui", ui)

    @bpframe.hookimpl(wrapper=True)
    def bpframe_run(self, run: Run) -> Generator[None, bool, bool]:
        """Record the run, however it ends."""
        settings = run.settings.get("tracking")
        if not isinstance(settings, MlflowTracking):
            return (yield)
        from bpframe_mlflow.store import store_uri
        from bpframe_mlflow.tracking import Tracking

        try:
            with Tracking(run, store_uri(settings.uri), settings.experiment) as self._tracking:
                return (yield)
        finally:
            self._tracking = None

    @bpframe.hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        """Hand the metrics of an epoch to the recorder."""
        if self._tracking:
            self._tracking.log_epoch(epoch)

    @bpframe.hookimpl
    def bpframe_find_run(self, run_id: str, cwd: Path) -> Path | None:
        """Return the folder of the run that MLflow has under an ID."""
        from bpframe_mlflow.marker import folder_of

        return folder_of(run_id, cwd)


plugin = MlflowPlugin()
