"""Arrays of a .mat file, as MATLAB and Octave write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError


class MatFile(Mapping[str, npt.NDArray[Any]]):
    """The variables of a .mat file before version 7.3, each read when it is asked for.

    Parameters
    ----------
    file : Path
        The file.

    Raises
    ------
    DataError
        If it is none, or cannot be read.
    """

    def __init__(self, file: Path) -> None:
        from scipy.io import whosmat

        self._file = file
        try:
            self._names = [name for name, _, _ in whosmat(file)]
        # A damaged file raises any of a dozen kinds of exceptions.
        except Exception as error:
            raise DataError(f"{file} cannot be read: {error}") from None

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        from scipy.io import loadmat

        array = loadmat(self._file, variable_names=[name])[name]
        where = f"{self._file}, {name}"
        if hasattr(array, "toarray"):
            raise DataError(f"{where}: is sparse; save full({name})")
        if array.dtype.names:
            raise DataError(
                f"{where}: is a struct with the fields {', '.join(array.dtype.names)}; save its "
                "fields as variables"
            )
        return _texts(array) if array.dtype.kind == "O" else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _texts(cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a cell array of texts as such; another one as it is."""
    inside = [np.asarray(cell) for cell in cells.ravel()]
    if not all(cell.size == 1 and cell.dtype.kind == "U" for cell in inside):
        return cells
    return np.array([cell.item() for cell in inside]).reshape(cells.shape)
