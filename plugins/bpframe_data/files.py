"""Files and folders that a person names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bpframe.errors import DataError


def user_path(path: str) -> Path:
    """Return the path, with a leading ``~`` replaced by the home folder.

    Raises
    ------
    DataError
        If it names the home folder of an unknown user.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise DataError(f"data.path is {path}; there is no such user's home folder") from None


def find_idx_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the file of each name that the folder holds, in any of the usual spellings.

    Raises
    ------
    DataError
        If the folder may not be read.
    """
    found: dict[str, Path] = {}
    for name in names:
        for spelling in (name, name.replace("-idx", ".idx")):
            for file in (folder / spelling, folder / f"{spelling}.gz"):
                try:
                    if file.is_file():
                        found.setdefault(name, file)
                except OSError as error:
                    raise DataError(f"{folder} cannot be read: {error}") from None
    return found
