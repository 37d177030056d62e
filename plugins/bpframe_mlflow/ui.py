"""The command that opens MLflow's own page."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bpframe import Plugins
from bpframe.errors import ConfigError
from bpframe_mlflow.store import SQLITE, environment, store_uri


def ui(arguments: list[str], plugins: Plugins) -> int:
    """Open MLflow's page on the runs of this folder."""
    parser = argparse.ArgumentParser(prog="bpframe ui", description=ui.__doc__)
    parser.add_argument("--uri", help="the store (default: MLFLOW_TRACKING_URI or ./mlflow.db)")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", default="5000", help="port to serve on (%(default)s)")
    chosen = parser.parse_args(arguments)
    uri = store_uri(chosen.uri)
    if uri.startswith(SQLITE) and not Path(uri.removeprefix(SQLITE)).exists():
        raise ConfigError(f"there are no runs in {uri} yet; `bpframe` makes the first one")
    print(f"{uri} at http://{chosen.host}:{chosen.port} (Ctrl-C ends it)", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    command += ["--host", chosen.host, "--port", chosen.port, "--workers", "1"]
    # The server takes this process's place, so that signals reach it.
    os.execve(sys.executable, command, environment())
