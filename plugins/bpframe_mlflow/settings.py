"""The choices of ``tracking``, and where they say that a run is recorded."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from bpframe import Settings, asked_to_wait, masked
from bpframe.errors import ConfigError
from bpframe_mlflow.store import DEFAULT_EXPERIMENT, absolute, store_uri

USUAL_SECONDS = 20.0


@dataclass(frozen=True)
class MlflowTracking(Settings):
    """Record the run with MLflow.

    Parameters
    ----------
    uri : str, optional
        The store; MLFLOW_TRACKING_URI or ``sqlite:///mlflow.db`` if left out.
    experiment : str, optional
        The experiment that the run belongs to; that of MLFLOW_EXPERIMENT_NAME or
        MLFLOW_EXPERIMENT_ID, or ``bpframe``, if left out.
    wait : float, optional
        How many seconds are waited for MLflow at most when the run has ended. Left out: what
        BPFRAME_WAIT says, or 20; but a single run into a file waits only if MLflow is
        there by then, and is written behind the prompt if it is not.
    model : bool, optional
        Whether the trained network is among the run's files as a model that MLflow serves. Left
        out: of a single run it is, of the runs of a sweep it is not.
    register : str, optional
        The name under which MLflow registers this model, a new version for each run.

    Raises
    ------
    ValueError
        If the seconds are no such number, or a model is to be registered that is not to be there.
    """

    uri: str | None = None
    experiment: str | None = None
    wait: float | None = None
    model: bool | None = None
    register: str | None = None

    def __post_init__(self) -> None:
        if self.register is not None and not self.register.strip():
            raise ValueError("register is empty; it must be a name, or null")
        if self.register is not None and self.model is False:
            raise ValueError(f"model is false, and register={self.register} needs it")
        if self.wait is not None and not 0 <= self.wait < math.inf:
            raise ValueError(f"wait is {self.wait}; it must be a number of seconds, 0 or more")


@dataclass(frozen=True)
class NoTracking(Settings):
    """Record nothing; MLflow is not imported."""


def seconds_to_wait(settings: MlflowTracking) -> float:
    """Return how many seconds are waited for MLflow at most.

    Raises
    ------
    ConfigError
        If BPFRAME_WAIT is no number of seconds.
    """
    asked = asked_to_wait() if settings.wait is None else settings.wait
    return USUAL_SECONDS if asked is None else asked


@dataclass(frozen=True)
class Target:
    """Where runs are recorded.

    Attributes
    ----------
    uri : str
        The store, as it was given.
    address : str
        The store, whatever folder it is seen from.
    experiment : str
        The name of the experiment; nothing if only its ID is known.
    experiment_id, run_id : str or None
        Given by the environment, as `mlflow run` does.
    """

    uri: str
    address: str
    experiment: str
    experiment_id: str | None
    run_id: str | None

    @property
    def kept(self) -> dict[str, str | None]:
        """What a journal says of it: no password."""
        return {
            "uri": masked(self.address),
            "experiment": self.experiment,
            "experiment_id": self.experiment_id,
            "run_id": self.run_id,
        }


def target(settings: MlflowTracking, cwd: Path) -> Target:
    """Return where runs are recorded.

    Raises
    ------
    ConfigError
        If the experiment has no name.
    """
    uri = store_uri(settings.uri)
    if ":***@" in uri:
        raise ConfigError(
            f"tracking.uri is {uri}, whose password is kept nowhere; give the whole address in "
            "MLFLOW_TRACKING_URI, with tracking.uri=null, or as tracking.uri"
        )
    if settings.experiment is not None and not settings.experiment.strip():
        raise ConfigError("tracking.experiment is empty; give it a name")
    named = settings.experiment or os.environ.get("MLFLOW_EXPERIMENT_NAME")
    number = None if named else os.environ.get("MLFLOW_EXPERIMENT_ID") or None
    run_id = os.environ.get("MLFLOW_RUN_ID") or None
    experiment = named or ("" if number else DEFAULT_EXPERIMENT)
    return Target(uri, absolute(uri, cwd), experiment, number, run_id)
