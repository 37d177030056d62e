"""Small files of arrays in every form that `data=arrays` reads, and IDX files as EMNIST's."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

X = np.random.default_rng(0).random((40, 4))
LETTERS = np.arange(40) % 3 + 1


def write_idx(file: Path, array: npt.NDArray[np.uint8]) -> None:
    """Write an array of bytes as an IDX file, as gzip if the name says so."""
    header = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    content = header + array.astype(np.uint8).tobytes()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)


def write_emnist(folder: Path, name: str = "emnist-letters", **labels: Any) -> Path:
    """Write pictures of 2×3 pixels with labels from 1, as EMNIST's letters are."""
    folder.mkdir(exist_ok=True)
    for split in ("train", "test"):
        y = np.asarray(labels.get(split, LETTERS), np.uint8)
        pixels = (np.arange(len(y) * 6) % 256).reshape(-1, 2, 3)
        write_idx(folder / f"{name}-{split}-images-idx3-ubyte.gz", pixels)
        write_idx(folder / f"{name}-{split}-labels-idx1-ubyte.gz", y)
    (folder / f"{name}-mapping.txt").write_text("1 65 97\n2 66 98\n3 67 99\n")
    return folder
