"""Where the runs are kept, and the environment that MLflow's processes get."""

from __future__ import annotations

import os
from pathlib import Path

SQLITE = "sqlite:///"
DEFAULT = SQLITE + "mlflow.db"


def store_uri(uri: str | None) -> str:
    """Return the store that is meant: the given one, MLFLOW_TRACKING_URI, or a file here."""
    return uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT


def absolute(uri: str, folder: Path) -> str:
    """Return the store with the path of a SQLite file seen from a folder."""
    return SQLITE + str(folder / uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else uri


def environment() -> dict[str, str]:
    """Return this process's environment with MLflow quiet, without telemetry and quick to start."""
    return {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        # A server that does not answer is given up after seconds instead of minutes.
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
    }
