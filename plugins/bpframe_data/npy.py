"""Arrays that are a .npy file each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Bytes from which an array stays in its file. Not what the machine has room for: another machine
# would give other bits.
MAPPED = 10**9


class NpyFiles(Mapping[str, npt.NDArray[Any]]):
    """Arrays by name, each read when it is asked for; large ones are mapped.

    Parameters
    ----------
    files : mapping
        The file of each.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        array: npt.NDArray[Any] = np.load(self._files[name], mmap_mode="r", allow_pickle=False)
        return array if array.nbytes >= MAPPED else np.array(array)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
