"""Serves MLflow's own page on a store."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path

from bpframe import typed_command
from bpframe.errors import ConfigError
from bpframe_mlflow import opened
from bpframe_mlflow.checks import check_uri
from bpframe_mlflow.process import recorder, tell
from bpframe_mlflow.server import Server
from bpframe_mlflow.store import absolute, is_server, sqlite_file, store_uri
from bpframe_mlflow.view import runs_page

# So long it waits for what is written behind the prompt.
CARRY_SECONDS = 60.0
PORTS = range(1, 2**16)


def serve(uri: str | None, host: str, port: int, in_browser: bool) -> int:
    """Serve MLflow's page until Ctrl-C, and return the exit code.

    Parameters
    ----------
    uri : str or None
        The store; see `store_uri` for None.
    host, port
        Where to serve.
    in_browser : bool
        Whether to open the page in a browser, too.

    Raises
    ------
    ConfigError
        If there is no such store, or the address cannot be served on.
    ServerError
        If MLflow's server ends by itself.
    """
    uri = store_uri(uri)
    check_uri(uri, "--uri")
    if is_server(uri):
        raise ConfigError(f"the store is a server; open {uri} in a browser")
    file = sqlite_file(uri, Path())
    _wait_for_runs(uri)
    if file and not file.is_file():
        raise ConfigError(
            f"there are no runs in {uri} yet; `{typed_command()}` makes the first one"
        )
    check_free(host, port)
    try:
        with Server(uri, host, port) as server:
            print(f"{uri} at {server.url} (Ctrl-C ends it)", flush=True)
            server.wait_until_it_answers()
            show_runs(server, in_browser)
            server.wait()
    except KeyboardInterrupt:
        pass
    return 0


def _wait_for_runs(uri: str) -> None:
    """Wait until what commands have left behind the prompt is in the store."""
    if not opened.ended(opened.PLACE):
        return
    # Theirs may have been killed.
    process = recorder(opened.PLACE, Path.cwd(), absolute(uri, Path.cwd()), typed_command("sync"))
    process.wait_for_nothing()
    process.leave()
    tell("MLflow gets the runs that have just ended", "ends it")
    if left := opened.wait_for(opened.PLACE, CARRY_SECONDS):
        print(
            f"bpframe: warning: {len(left)} of the runs here are not in MLflow yet; "
            f"`{typed_command('sync')}` carries them over",
            file=sys.stderr,
        )


def show_runs(server: Server, in_browser: bool) -> None:
    """Print where the runs of each experiment are, and open the page of the newest."""
    try:
        experiments = server.rest.experiments()
    except (OSError, ValueError) as error:
        print(f"bpframe: warning: MLflow cannot list the runs: {error}", file=sys.stderr)
        experiments = {}
    else:
        if not experiments:
            print(
                f"there are no runs of bpframe in it yet; `{typed_command()}` makes the first one"
            )
    for number, name in experiments.items():
        print(f"runs of {name}: {runs_page(server.url, number)}")
    sys.stdout.flush()
    pages = [runs_page(server.url, number) for number in experiments]
    if in_browser and not webbrowser.open((pages or [server.url])[0]):
        print("bpframe: warning: there is no browser to open the page in", file=sys.stderr)


def check_free(host: str, port: int) -> None:
    """Raise a ConfigError if the address cannot be served on."""
    if not host or port not in PORTS:
        raise ConfigError(
            f"cannot serve on '{host}:{port}': --host names an address of this machine, such as "
            f"127.0.0.1, and --port is from {PORTS[0]} to {PORTS[-1]}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            pass
    except OSError as error:
        raise ConfigError(
            f"cannot serve on {host}:{port} ({error}); choose another --port"
        ) from None
