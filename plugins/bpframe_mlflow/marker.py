"""What a run's folder says of its record: which run of MLflow it is, and who writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe import write_whole

if TYPE_CHECKING:
    from bpframe_mlflow.patience import Patience

FILE = "mlflow.json"
LOCK = ".mlflow.lock"
# Where runs have their folders unless Hydra is told otherwise.
PLACES = ("outputs", "multirun")
RUN_ID = re.compile(r"[0-9a-f]{32}")


@contextmanager
def its_turn(start: dict[str, Any], patience: Patience) -> Iterator[bool]:
    """Be the only recorder of a run, and say whether it is still the one to write it.

    The recorder of a training that was killed may import MLflow when the run goes on already. If
    it comes first, it closes the run, and the next one waits for that; if it comes last, it has
    nothing to add, for the next one has been told of all epochs.

    Parameters
    ----------
    start : dict
        The first message of the run, with its ``folder`` and the ``time`` at which it began.
    patience : Patience
        With another recorder.
    """
    # The training process is spared the import.
    from filelock import FileLock

    folder = Path(start["folder"])
    lock = FileLock(folder / LOCK)
    with patience(lambda: lock.acquire(timeout=0)):
        try:
            yield _read(folder / FILE).get("time", 0) <= start["time"]
        finally:
            # While it is still held, so that who comes next makes another one.
            with suppress(OSError):
                (folder / LOCK).unlink()


def write_marker(start: dict[str, Any], run_id: str) -> None:
    """Write which run of MLflow a folder's is."""
    content = {"run_id": run_id} | {key: start[key] for key in ("uri", "experiment", "time")}
    write_whole(Path(start["folder"], FILE), (json.dumps(content, indent=2) + "\n").encode())


def marked_run(start: dict[str, Any]) -> str | None:
    """Return the run of MLflow that goes on; None if a new one is to be made.

    So it is where the run goes on in another store, or in another experiment.
    """
    if not start["goes_on"]:
        return None
    marker = _read(Path(start["folder"], FILE))
    same = all(marker.get(key) == start[key] for key in ("uri", "experiment"))
    return marker.get("run_id") if same else None


def folder_of(run_id: str, cwd: Path) -> Path | None:
    """Return the folder, below those that runs have here, of the run with an ID."""
    if not RUN_ID.fullmatch(run_id):
        return None
    files = (file for place in PLACES for file in (cwd / place).rglob(FILE))
    return next((file.parent for file in files if _read(file).get("run_id") == run_id), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
