"""IDX, the file format of MNIST."""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"
UNSIGNED_BYTES = 8
# No gzip decompresses to more than 1032 times its size.
LARGEST_RATIO = 1033


def read_idx(file: Path, ndim: int, digest: str | None = None) -> npt.NDArray[np.uint8]:
    """Return the array of bytes with `ndim` dimensions that a plain or gzip IDX file holds.

    No more is read than its header says.

    Parameters
    ----------
    file : Path
        The file.
    ndim : int
        Dimensions of the array.
    digest : str, optional
        SHA-256 of the file when decompressed, if it must be a certain one.

    Raises
    ------
    DataError
        If the file cannot be read, or is not a whole IDX file of that kind, or is another one.
    """
    try:
        with file.open("rb") as packed:
            is_gzip = packed.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            stream = gzip.GzipFile(fileobj=packed) if is_gzip else packed
            header = stream.read(4 + 4 * ndim)
            shape = _shape(file, header, ndim)
            size = math.prod(shape)
            most = file.stat().st_size * (LARGEST_RATIO if is_gzip else 1)
            content = stream.read(min(size, most) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    if len(content) != size or not size:
        held = f"more than {size}" if len(content) > size else str(len(content))
        raise DataError(
            f"{file} holds {held} bytes of data; expected {' × '.join(map(str, shape))}, as its "
            "header says, and at least one"
        )
    if digest:
        _check_digest(file, header, content, digest)
    return np.frombuffer(content, np.uint8).reshape(shape)


def _shape(file: Path, header: bytes, ndim: int) -> list[int]:
    magic = bytes((0, 0, UNSIGNED_BYTES, ndim))
    if not header.startswith(magic) or len(header) < 4 + 4 * ndim:
        raise DataError(
            f"{file} starts with the bytes '{header.hex(' ')}'; expected "
            f"'{magic.hex(' ')}' and {ndim} size(s) of 4 bytes: an IDX file of unsigned bytes in "
            f"{ndim} dimension(s)"
        )
    shape: list[int] = np.frombuffer(header, ">u4", ndim, offset=4).tolist()
    return shape


def _check_digest(file: Path, header: bytes, content: bytes, expected: str) -> None:
    digest = hashlib.sha256(header)
    digest.update(content)
    if digest.hexdigest() != expected:
        raise DataError(
            f"{file} is not the published file: its SHA-256 is {digest.hexdigest()}, expected "
            f"{expected}. Delete it, and it is downloaded; pictures of your own are read from the "
            "folder that data.path names"
        )


def unpacked(content: bytes, most: int) -> bytes:
    """Return the content, decompressed if it is gzip.

    Raises
    ------
    OSError, EOFError, zlib.error
        If compressed content is damaged.
    ValueError
        If it decompresses to more than `most` bytes; they are not taken.
    """
    if not content.startswith(GZIP_MAGIC):
        return content
    whole = gzip.GzipFile(fileobj=BytesIO(content)).read(most + 1)
    if len(whole) > most:
        raise ValueError(f"it decompresses to more than {most:,} bytes")
    return whole
