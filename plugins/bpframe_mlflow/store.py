"""Where the runs are kept, and the environment that MLflow's processes get."""

from __future__ import annotations

import os

SQLITE = "sqlite:///"
DEFAULT = SQLITE + "mlflow.db"


def store_uri(uri: str | None) -> str:
    """Return the store that is meant: the given one, MLFLOW_TRACKING_URI, or a file here."""
    return uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT


def environment() -> dict[str, str]:
    """Return this process's environment with MLflow quiet, without telemetry and quick to start."""
    return {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
    }
