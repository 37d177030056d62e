"""A folder of IDX files with any names and any number of classes, such as EMNIST's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from bpframe.errors import DataError
from bpframe_data.idx import read_idx

NAME = re.compile(
    r"(?P<set>.*?)[-_.]?(?P<split>train|t10k|test|validation|val)[-_.]"
    r"(?P<what>images|labels)[-_.]idx(?P<ndim>\d)-ubyte(\.gz)?",
    re.IGNORECASE,
)
EMNIST = "emnist"


class IdxFile(NamedTuple):
    """One file, and what its name says."""

    path: Path
    set: str
    name: str
    ndim: int


def idx_files(folder: Path, beginning: str = "") -> list[IdxFile]:
    """Return the IDX files of a folder whose set is called so; all if `beginning` is empty."""
    found: dict[tuple[str, str], IdxFile] = {}
    for path in sorted(folder.iterdir()):
        if match := NAME.fullmatch(path.name):
            name = f"{match['split']}-{match['what']}".lower()
            if match["set"].startswith(beginning):
                file = IdxFile(path, match["set"], name, int(match["ndim"]))
                found.setdefault((file.set, name), file)
    return list(found.values())


class IdxFolder(Mapping[str, npt.NDArray[Any]]):
    """Pictures and labels by names such as ``train-images``, read when they are asked for.

    Parameters
    ----------
    folder : Path
        The folder.
    beginning : str
        What the names of the files begin with, where it holds several sets.

    Attributes
    ----------
    class_names : dict
        The names of labels, where a file of EMNIST's, ``…-mapping.txt``, tells them.
    remarks : tuple of str
        What is done to the pictures.

    Raises
    ------
    DataError
        If it holds several sets that begin so.
    """

    def __init__(self, folder: Path, beginning: str = "") -> None:
        files = idx_files(folder, beginning)
        exact = [file for file in files if file.set == beginning.rstrip("-_.")]
        files = exact if beginning and exact else files
        sets = sorted({file.set for file in files})
        if len(sets) > 1:
            raise DataError(
                f"{folder} holds the sets {', '.join(name or 'without a name' for name in sets)}: "
                f"data.path={folder / sets[-1]} names one"
            )
        self._files = {file.name: file for file in files}
        self._is_turned = sets[0].lower().startswith(EMNIST)
        mapping = folder / f"{sets[0]}-mapping.txt"
        self.class_names = _mapping(mapping) if mapping.is_file() else {}
        self.remarks = (
            ("pictures are turned upright, for EMNIST's lie on their side",)
            if self._is_turned
            else ()
        )

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        file = self._files[name]
        array = read_idx(file.path, file.ndim)
        return array.swapaxes(1, 2) if self._is_turned and array.ndim == 3 else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _mapping(file: Path) -> dict[str, str]:
    """Return the characters of each label; those of capital and small letters as ``A/a``."""
    try:
        lines = [line.split() for line in file.read_text("ascii").splitlines() if line.strip()]
        return {label: "/".join(chr(int(code)) for code in codes) for label, *codes in lines}
    except (OSError, ValueError) as error:
        raise DataError(
            f"{file} cannot be read: {error}; expected lines of a label and the codes of its "
            "characters, such as '1 65 97'"
        ) from None
