"""Carries over to MLflow what is missing there of runs that have ended, or were killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bpframe.errors import ConfigError
from bpframe_mlflow import opened
from bpframe_mlflow.carrier import Carrier
from bpframe_mlflow.checks import check_uri
from bpframe_mlflow.journal import FILE
from bpframe_mlflow.marker import PLACES
from bpframe_mlflow.store import ADDRESS, absolute, environment
from bpframe_mlflow.trouble import TroubleError

# So long is waited for a store that is locked, or a journal that another process carries.
BUSY_SECONDS = 30.0
# A call that takes longer does not come back.
STUCK_SECONDS = 60.0


def carry_over(folders: list[Path], uri: str | None) -> int:
    """Carry over, say of how many runs, and return the exit code: 1 if not all could be.

    Parameters
    ----------
    folders : list of pathlib.Path
        Where to look for runs; what is open here, and where runs are by default, if it is empty.
    uri : str or None
        The store, in the place of that of each run.

    Raises
    ------
    ConfigError
        If there is no such folder, or no such store can be.
    """
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise ConfigError(f"there is no folder {missing[0]}; FOLDER is that of a run, or of many")
    if uri:
        check_uri(uri, "--uri")
    here = Path.cwd()
    os.environ.update(environment(MLFLOW_LOGGING_LEVEL="CRITICAL"))
    elsewhere = absolute(uri, here) if uri else None
    addresses = [os.environ.get(name) or "" for name in (ADDRESS, "MLFLOW_TRACKING_URI")]
    carrier = Carrier(filter(None, addresses), lambda store, trouble: None, _say, elsewhere)
    found = list(dict.fromkeys(_journals(folders, here)))
    todo = [folder for folder in found if not carrier.is_done(folder)]
    carried, goes_on, why = 0, 0, dict[Path, str]()
    for folder in todo:
        try:
            if _carry(carrier, folder):
                carried += 1
            else:
                goes_on += 1
        except TroubleError as trouble:
            why[folder] = str(trouble)
        carrier.leave(folder)
    for entry in opened.entries(here / opened.PLACE):
        if _is_over(entry, carrier, uri):
            entry.close(partial(_is_over, entry, carrier, uri))
    opened.tidy(here / opened.PLACE)
    print(f"carried over: {carried}, complete before: {len(found) - len(todo)}", end="")
    print(f", going on: {goes_on}" if goes_on else "")
    for reason in dict.fromkeys(why.values()):
        number = list(why.values()).count(reason)
        first = next(folder for folder, text in why.items() if text == reason)
        more = f" and {number - 1} more" if number > 1 else ""
        _say(f"not carried over: {first}{more}: {reason}")
    return int(bool(why))


def _is_over(entry: opened.Entry, carrier: Carrier, uri: str | None) -> bool:
    gone = not (entry.folder / FILE).exists()
    return gone or (not uri and carrier.is_done(entry.folder))


def _journals(folders: list[Path], here: Path) -> Iterator[Path]:
    """Yield the folders with journals, sweeps before their runs."""
    if not folders:
        for entry in opened.entries(here / opened.PLACE):
            if (entry.folder / FILE).exists():
                yield entry.folder
    for folder in folders or [here / place for place in PLACES]:
        for file in sorted(folder.rglob(FILE), key=lambda path: len(path.parts)):
            yield file.parent.absolute()


def _carry(carrier: Carrier, folder: Path) -> bool:
    """Carry a journal, and return whether it is complete then: not, if its run goes on."""
    from bpframe_mlflow.journal import is_written

    until = time.monotonic() + BUSY_SECONDS
    while True:
        alarm = threading.Timer(STUCK_SECONDS, _give_up, (folder,))
        alarm.daemon = True
        alarm.start()
        try:
            if carrier.carry(folder):
                return True
            if is_written(folder) or time.monotonic() > until:
                return False
        except TroubleError as trouble:
            if not trouble.waits or time.monotonic() > until:
                raise
        finally:
            alarm.cancel()
        time.sleep(0.5)


def _give_up(folder: Path) -> None:
    _say(f"not carried over: {folder}: its store does not answer within {STUCK_SECONDS:g} seconds")
    sys.stdout.flush()
    os._exit(1)


def _say(line: str) -> None:
    print(f"bpframe: warning: {line}", file=sys.stderr, flush=True)
