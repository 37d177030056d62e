"""What keeps a journal from being carried: it is tried again later."""

from __future__ import annotations

import re

LOCKED = ("database is locked", "database table is locked")


class TroubleError(Exception):
    """A store that does not take what it is given now, and may do so later.

    Attributes
    ----------
    waits : bool
        Whether that may be over soon: the store is there, and locked or full.
    """

    def __init__(self, text: str, *, waits: bool = False) -> None:
        super().__init__(text)
        self.waits = waits


class RunGoneError(Exception):
    """A run that somebody has taken out of the store."""


class RefusedError(Exception):
    """Something that MLflow never takes, such as one value of many."""


def trouble_of(error: Exception, uri: str) -> TroubleError:
    """Return what an error of MLflow, or of the machine, says of a store.

    Parameters
    ----------
    error : Exception
        What was raised.
    uri : str
        The store, as it may be shown.
    """
    if isinstance(error, TroubleError):
        return error
    said = " ".join(str(error).split())
    if any(words in said for words in LOCKED):
        return TroubleError("another process has locked the store's database", waits=True)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return TroubleError(f"{error.strerror or said}: {error.filename or uri}", waits=True)
    if uri.startswith(("http://", "https://")):
        return TroubleError(f"{uri} {_of_server(said)}")
    # SQLAlchemy says first what the database has said, and then what it was asked.
    first = re.sub(r"^\(\w+(\.\w+)*\) ", "", said).partition(" [SQL:")[0]
    waits = any(word in first for word in ("disk is full", "disk I/O error", "unable to open"))
    return TroubleError(f"{type(error).__name__}: {first[:300]}", waits=waits)


def _of_server(said: str) -> str:
    if "timed out" in said.lower():
        return "does not answer"
    if found := re.search(r"error code (\d+)|HTTP (\d+)|(\d{3}) Server Error", said):
        return f"answers with error {next(filter(None, found.groups()))}"
    if "Connection refused" in said or "NewConnectionError" in said:
        return "cannot be reached"
    return f"cannot be used: {said[:200]}"
