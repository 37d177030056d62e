"""Where the runs are kept, and how MLflow's processes are started."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import entry_points
from pathlib import Path

from bpframe.errors import ConfigError

SQLITE = "sqlite:///"
DEFAULT = SQLITE + "mlflow.db"
SCHEMES = ("sqlite", "postgresql", "mysql", "mssql", "http", "https", "databricks")
FILE_STORE = "MLFLOW_ALLOW_FILE_STORE"


def store_uri(uri: str | None) -> str:
    """Return the store that is meant: the given one, MLFLOW_TRACKING_URI, or a file here."""
    return uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT


def check_uri(uri: str, option: str) -> None:
    """Raise a ConfigError, which names the option, if MLflow knows no such store."""
    if is_server(uri) or sqlite_file(uri, Path()):
        return
    scheme = re.split(r"[:+]", uri)[0] if ":" in uri or uri in SCHEMES else "file"
    added = {point.name for point in entry_points(group="mlflow.tracking_store")}
    known = {*SCHEMES, *added} | ({"file"} if os.environ.get(FILE_STORE) == "true" else set())
    if scheme == "sqlite" or scheme not in known:
        raise ConfigError(
            f"{option} is '{uri}', which is not the address of a store; write {SQLITE}FILE, "
            f"http://HOST:PORT for a server, or another of {', '.join(sorted(known))}"
        )


def is_server(uri: str) -> bool:
    """Return whether the store is an MLflow server."""
    return uri.startswith(("http://", "https://"))


def sqlite_file(uri: str, folder: Path) -> Path | None:
    """Return the file of a SQLite store, seen from a folder; None for other stores."""
    name = uri.removeprefix(SQLITE).partition("?")[0]
    return folder / name if uri.startswith(SQLITE) and name not in ("", ":memory:") else None


def absolute(uri: str, folder: Path) -> str:
    """Return the store with the path of a SQLite file seen from a folder."""
    return SQLITE + str(folder / uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else uri


def python(module: str) -> list[str]:
    """Return the command that runs a module, and imports nothing from the working folder."""
    return [sys.executable, "-P", "-m", module]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with MLflow quiet, without telemetry and quick to start."""
    return {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        # A server that does not answer is given up after seconds instead of minutes.
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
        # What -P is for a process, for those that it starts.
        "PYTHONSAFEPATH": "1",
        **changes,
    }
