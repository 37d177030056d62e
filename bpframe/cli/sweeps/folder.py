"""The folder of a sweep: what says which one it is, and how it is found again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bpframe.cli.jobs.place import hold, let_go
from bpframe.errors import ConfigError, WriteError
from bpframe.files import make_folder, newest_first, write_whole
from bpframe.recorded import SWEEP

OPTION = "sweep.resume"


@dataclass(frozen=True)
class Begun:
    """What ``sweep.json`` says of a sweep.

    Attributes
    ----------
    mark : str
        See `bpframe.Outcome`.
    overrides : list of str
        What was asked for, in any order and without ``sweep.…``.
    cwd : str
        The folder that the command was started in.
    """

    mark: str
    overrides: list[str]
    cwd: str

    def save(self, folder: Path) -> None:
        """Write ``sweep.json``."""
        write_whole(folder / SWEEP, (json.dumps(asdict(self), indent=2) + "\n").encode())


def begun_in(folder: Path) -> Begun:
    """Return what the sweep in a folder is.

    Raises
    ------
    ConfigError
        If there is none, or its file is damaged.
    """
    try:
        values = json.loads((folder / SWEEP).read_text())
        begun = Begun(**values)
        texts = [begun.mark, begun.cwd, *begun.overrides]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("there must be texts in it")
    except FileNotFoundError:
        raise ConfigError(f"{OPTION}: {folder} is no folder of a sweep: no {SWEEP}") from None
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{folder / SWEEP} cannot be read: {error}") from None
    return begun


def newest_of(overrides: list[str], below: Path) -> Path | None:
    """Return the folder of the newest sweep below one that was asked for in the same words."""
    wanted, cwd = sorted(overrides), str(Path.cwd())
    for file in newest_first(below, SWEEP):
        try:
            begun = begun_in(file.parent)
        except ConfigError:
            continue
        if sorted(begun.overrides) == wanted and begun.cwd == cwd:
            return file.parent
    return None


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make the folder of a sweep, which goes again if the sweep is refused.

    Folders that were there before stay, and so does what somebody has put something into.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        make_folder(folder)
    except WriteError as error:
        # It is one that was asked for, and nothing has run yet.
        raise ConfigError(str(error)) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for path in new:
                path.rmdir()
        raise


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder of a sweep against others.

    Raises
    ------
    HeldError
        If another process has it.
    """
    lock = hold(folder)
    try:
        yield
    finally:
        let_go(lock)


def check_new(folder: Path) -> None:
    """Raise a ConfigError if a folder has a sweep already."""
    if (folder / SWEEP).exists():
        raise ConfigError(
            f"hydra.sweep.dir is {folder}, which has a sweep already: {OPTION}={folder} goes on "
            "with it, and another one needs another folder"
        )
