"""The commands ``bpframe ui`` and ``bpframe sync``."""

from __future__ import annotations

import argparse
from pathlib import Path

from bpframe import Plugins, typed_command


def ui(arguments: list[str], plugins: Plugins) -> int:
    """Serve MLflow's page on the runs of this folder, and print its address."""
    parser = argparse.ArgumentParser(prog=typed_command("ui"), description=ui.__doc__)
    parser.add_argument("--uri", help="the store (default: MLFLOW_TRACKING_URI or ./mlflow.db)")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="port to serve on (%(default)s)")
    parser.add_argument("--open", action="store_true", help="open the page in a browser, too")
    chosen = parser.parse_args(arguments)
    # Sockets and HTTP take a thirtieth of a second to import, which every other command is spared.
    from bpframe_mlflow.ui import serve

    return serve(chosen.uri, chosen.host, chosen.port, chosen.open)


def sync(arguments: list[str], plugins: Plugins) -> int:
    """Carry to MLflow what is missing there of the runs in some folders, each thing once."""
    parser = argparse.ArgumentParser(prog=typed_command("sync"), description=sync.__doc__)
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="of runs, or with runs in them (default: what is open here, outputs, multirun)",
    )
    parser.add_argument("--uri", help="carry to this store, not to that of each run")
    chosen = parser.parse_args(arguments)
    from bpframe_mlflow.syncing import carry_over

    return carry_over(chosen.folders, chosen.uri)
