"""A folder for one run alone: nothing that is there is written over."""

from __future__ import annotations

from pathlib import Path

from bpframe.errors import ConfigError, WriteError
from bpframe.files import make_folder
from bpframe.outcome import FILE, Outcome


def claim(folder: Path, first: Outcome) -> None:
    """Take a folder for a run by writing its first ``outcome.json``.

    Of two processes that claim one folder at a time, one gets it.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    first : Outcome
        What is true until the run has come to its end.

    Raises
    ------
    ConfigError
        If the folder holds anything but Hydra's own files.
    WriteError
        If nothing can be written there.
    """
    if found := sorted(path.name for path in folder.iterdir() if not _of_hydra(path)):
        raise ConfigError(_taken(folder, found))
    try:
        with (folder / FILE).open("x") as file:
            file.write(first.to_json())
    except FileExistsError:
        raise ConfigError(_taken(folder, [FILE])) from None
    except OSError as error:
        (folder / FILE).unlink(missing_ok=True)
        raise WriteError(f"cannot write {folder / FILE}: {error.strerror or error}") from error


def claim_apart(folder: Path, first: Outcome) -> Path:
    """Claim a folder or, if it is taken, one inside it that has the job's number; return it."""
    while True:
        try:
            claim(folder, first)
            return folder
        except ConfigError:
            folder /= str(first.job)
            make_folder(folder)


def _of_hydra(path: Path) -> bool:
    return path.name.startswith(".") or path.name == "multirun.yaml" or path.suffix == ".log"


def _taken(folder: Path, found: list[str]) -> str:
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return (
        f"hydra.run.dir is {folder}, which holds {', '.join(found[:3])}{more}; a run writes over "
        "nothing and needs a new or an empty folder"
    )
