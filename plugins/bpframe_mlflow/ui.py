"""The command that opens MLflow's own page."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from bpframe import Plugins, typed_command
from bpframe.errors import ConfigError
from bpframe_mlflow.store import SQLITE, environment, store_uri


def ui(arguments: list[str], plugins: Plugins) -> int:
    """Open MLflow's page on the runs of this folder."""
    parser = argparse.ArgumentParser(prog=typed_command("ui"), description=ui.__doc__)
    parser.add_argument("--uri", help="the store (default: MLFLOW_TRACKING_URI or ./mlflow.db)")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="port to serve on (%(default)s)")
    chosen = parser.parse_args(arguments)
    uri = store_uri(chosen.uri)
    if uri.startswith(("http://", "https://")):
        raise ConfigError(f"the store is a server; open {uri} in a browser")
    if uri.startswith(SQLITE) and not Path(uri.removeprefix(SQLITE)).exists():
        raise ConfigError(
            f"there are no runs in {uri} yet; `{typed_command()}` makes the first one"
        )
    check_free(chosen.host, chosen.port)
    print(f"{uri} at http://{chosen.host}:{chosen.port} (Ctrl-C ends it)", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    command += ["--host", chosen.host, "--port", str(chosen.port), "--workers", "1"]
    # In a session of its own, so that Ctrl-C reaches this process, which ends the server in order.
    server = subprocess.Popen(command, env=environment(), start_new_session=True)
    try:
        return server.wait()
    except KeyboardInterrupt:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        return 0


def check_free(host: str, port: int) -> None:
    """Raise a ConfigError if the address cannot be served on."""
    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"cannot serve on {host}:{port} ({error}); choose another --port"
        ) from None
