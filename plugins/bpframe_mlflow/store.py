"""Where the runs are kept, and how MLflow's processes are started."""

from __future__ import annotations

import itertools
import os
import re
import sys
from pathlib import Path

SQLITE = "sqlite:///"
DEFAULT = SQLITE + "mlflow.db"
DEFAULT_EXPERIMENT = "bpframe"
# Where the recorder finds an address with its password.
ADDRESS = "BPFRAME_TRACKING_URI"
# MLflow, or what it is made of, reads these as something else in a path.
ODD = re.compile(r"[%?#]")
# Behind the name of a file; a folder may have such a sign in its name.
QUERY = re.compile(r"\?[^/]*$")
_dots = itertools.count(1)


def store_uri(uri: str | None) -> str:
    """Return the store that is meant: the given one, MLFLOW_TRACKING_URI, or a file here."""
    return uri or os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT


def is_server(uri: str) -> bool:
    """Return whether the store is an MLflow server."""
    return uri.startswith(("http://", "https://"))


def sqlite_file(uri: str, folder: Path) -> Path | None:
    """Return the file of a SQLite store, seen from a folder; None for other stores."""
    name = QUERY.sub("", uri.removeprefix(SQLITE))
    return folder / name if uri.startswith(SQLITE) and name not in ("", ":memory:") else None


def absolute(uri: str, folder: Path) -> str:
    """Return the store with the path of a SQLite file seen from a folder."""
    return SQLITE + str(folder / uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else uri


def opened_uri(uri: str) -> str:
    """Return the address of a store for MLflow, in the folder of a SQLite file.

    A path with signs that MLflow takes for something else is written as one seen from there.
    """
    file = sqlite_file(uri, Path())
    if file is None or not ODD.search(str(file.parent)):
        return uri
    # MLflow knows what it has opened by this address.
    return SQLITE + "./" * next(_dots) + file.name


def python(module: str) -> list[str]:
    """Return the command that runs a module, and imports nothing from the working folder."""
    return [sys.executable, "-P", "-m", module]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with MLflow quiet, without telemetry and quick to start."""
    return {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        # Two lines for each run of a sweep.
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        # A server that does not answer is given up after seconds instead of minutes.
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
        # What -P is for a process, for those that it starts.
        "PYTHONSAFEPATH": "1",
        **changes,
    }
