"""What is said of a store before the training: it cannot be one, or it does not answer now."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bpframe import masked
from bpframe.errors import ConfigError
from bpframe_mlflow.store import SQLITE, is_server, sqlite_file

SCHEMES = ("sqlite", "postgresql", "mysql", "mssql", "http", "https", "databricks")
FILE_STORE = "MLFLOW_ALLOW_FILE_STORE"
# What SQLAlchemy imports for a scheme that names no driver.
DRIVERS = {"postgresql": "psycopg2", "mysql": "MySQLdb", "mssql": "pyodbc"}
CHOOSE = "choose another, or tracking=none"


def check_uri(uri: str, option: str) -> None:
    """Raise a ConfigError, which names the option, if MLflow knows no such store."""
    if is_server(uri) or sqlite_file(uri, Path()):
        return
    scheme, _, driver = uri.partition(":")[0].partition("+")
    if ":" not in uri and uri not in SCHEMES:
        scheme = "file"
    added = {point.name for point in entry_points(group="mlflow.tracking_store")}
    known = {*SCHEMES, *added} | ({"file"} if os.environ.get(FILE_STORE) == "true" else set())
    if scheme == "sqlite" or scheme not in known:
        raise ConfigError(
            f"{option} is '{masked(uri)}', which is not the address of a store; write "
            f"{SQLITE}FILE, http://HOST:PORT for a server, or another of {', '.join(sorted(known))}"
        )
    module = driver or DRIVERS.get(scheme)
    if module and find_spec(module) is None:
        raise ConfigError(
            f"{option} is '{masked(uri)}', and Python's package for that database, {module}, is "
            f"not installed; install it, name another one as in {scheme}+PACKAGE://…, or {CHOOSE}"
        )


def check_store(uri: str, folder: Path, experiment: str) -> str:
    """Check that a store can take runs; return what keeps it from that now, or nothing.

    Parameters
    ----------
    uri : str
        Its address, which MLflow knows.
    folder : pathlib.Path
        That relative paths are seen from.
    experiment : str
        The name of the runs' experiment; nothing if only its number is known.

    Raises
    ------
    ConfigError
        If it can take none whenever it is asked.
    """
    if is_server(uri):
        # HTTP takes a thirtieth of a second to import, which other stores are spared.
        from bpframe_mlflow.server_check import check_server

        return check_server(uri, experiment)
    path = sqlite_file(uri, folder)
    if path:
        _check_writable(uri, path)
        _check_sqlite(uri, path, experiment)
    return ""


def deleted(uri: str, experiment: str) -> ConfigError:
    """Return the error of an experiment that is deleted."""
    return ConfigError(
        f"the experiment '{experiment}' is deleted in {masked(uri)}; choose another "
        "tracking.experiment, or bring it back with `mlflow experiments restore`"
    )


def _check_writable(uri: str, path: Path) -> None:
    target = path if path.exists() else path.parent
    # SQLite writes a file beside the store, too.
    able = all(os.access(t, os.W_OK) for t in (target, path.parent))
    if not path.parent.is_dir() or path.is_dir() or not able:
        raise ConfigError(
            f"tracking.uri is {uri}, but {target.resolve()} cannot be written; {CHOOSE}"
        )


def _check_sqlite(uri: str, path: Path, experiment: str) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as store:
            tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master")}
            if tables and "experiments" not in tables:
                raise ConfigError(
                    f"tracking.uri is {uri}, and {path} is a database of something else than "
                    f"MLflow; {CHOOSE}"
                )
            asked = "SELECT lifecycle_stage FROM experiments WHERE name = ?"
            found = store.execute(asked, (experiment,)).fetchall() if tables else []
    except sqlite3.OperationalError:
        # It is locked: what it holds, nobody can say now.
        return
    except sqlite3.DatabaseError as error:
        raise ConfigError(
            f"tracking.uri is {uri}, but {path} cannot be read: {error}; {CHOOSE}"
        ) from None
    if found == [("deleted",)]:
        raise deleted(uri, experiment)
