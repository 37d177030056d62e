"""A small set of pictures in IDX files, in the form of MNIST."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpframe_data.images import FILES, Images

FileContents = dict[str, bytes]


def idx(array: np.ndarray) -> bytes:
    """Return an IDX file of unsigned bytes."""
    header = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


def pictures(train: int = 60, test: int = 20) -> FileContents:
    """Return the four files of a set of 3×4 pictures."""
    rng = np.random.default_rng(0)
    arrays = (
        rng.integers(0, 256, (train, 3, 4)),
        rng.integers(0, 10, train),
        rng.integers(0, 256, (test, 3, 4)),
        rng.integers(0, 10, test),
    )
    return {name: idx(array) for name, array in zip(FILES, arrays, strict=True)}


@dataclass(frozen=True)
class Small(Images):
    """A published data set that is small."""

    name = "small"
    digests = tuple(hashlib.sha256(content).hexdigest() for content in pictures().values())


def write(folder: Path, contents: FileContents) -> Path:
    """Write the files into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def packed(contents: FileContents) -> FileContents:
    """Return the files as a mirror has them."""
    return {f"{name}.gz": gzip.compress(content) for name, content in contents.items()}
