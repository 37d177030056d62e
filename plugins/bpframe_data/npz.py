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
from bpframe_data import npy
from bpframe_data.stored_member import mapped_member


class NpzFile(Mapping[str, npt.NDArray[Any]]):
    """The arrays of an open .npz file, each read when it is asked for; large ones are mapped.

    Parameters
    ----------
    file : Path
        The file.
    archive : numpy.lib.npyio.NpzFile
        The open file.
    """

    def __init__(self, file: Path, archive: Any) -> None:
        self._file, self._archive = file, archive

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
            yield cls(file, archive)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        member = self._archive.zip.NameToInfo.get(f"{name}.npy")
        if member and member.file_size >= npy.MAPPED:
            mapped = mapped_member(self._file, member)
            if mapped is not None:
                return mapped
        return np.asarray(self._archive[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive.files)

    def __len__(self) -> int:
        return len(self._archive.files)
