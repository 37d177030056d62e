"""Named arrays from an .npz file, which anybody may have written."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError


class NpzFile(Mapping[str, npt.NDArray[Any]]):
    """The arrays of an open .npz file, each read when it is asked for.

    Parameters
    ----------
    archive : numpy.lib.npyio.NpzFile
        The open file.
    """

    def __init__(self, archive: Any) -> None:
        self._archive = archive

    @classmethod
    @contextmanager
    def opened(cls, file: Path) -> Iterator[NpzFile]:
        """Open a file, and close it in the end.

        Raises
        ------
        DataError
            If it is no whole .npz file, or cannot be read.
        """
        if not zipfile.is_zipfile(file):
            raise DataError(f"{file} is not a whole .npz file, as numpy.savez writes it")
        try:
            archive = np.load(file, allow_pickle=False)
        # A damaged archive raises any of a dozen kinds of exceptions.
        except Exception as error:
            raise DataError(f"{file} cannot be read: {error}") from None
        with archive:
            yield cls(archive)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return np.asarray(self._archive[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive.files)

    def __len__(self) -> int:
        return len(self._archive.files)
