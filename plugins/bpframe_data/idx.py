"""IDX, the file format of MNIST."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"
UNSIGNED_BYTES = 8


def read_idx(file: Path, ndim: int) -> npt.NDArray[np.uint8]:
    """Return the array of bytes with `ndim` dimensions that a plain or gzip IDX file holds.

    Raises
    ------
    DataError
        If the file cannot be read, or is not a whole IDX file of that kind.
    """
    try:
        content = unpacked(file.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    magic, header = bytes((0, 0, UNSIGNED_BYTES, ndim)), 4 + 4 * ndim
    if not content.startswith(magic) or len(content) < header:
        raise DataError(
            f"{file} starts with the bytes '{content[:header].hex(' ')}'; expected "
            f"'{magic.hex(' ')}' and {ndim} size(s) of 4 bytes: an IDX file of unsigned bytes in "
            f"{ndim} dimension(s)"
        )
    shape = np.frombuffer(content, ">u4", ndim, offset=4).tolist()
    size = math.prod(shape)
    if len(content) - header != size or not size:
        raise DataError(
            f"{file} holds {len(content) - header} bytes of data; expected "
            f"{' × '.join(map(str, shape))}, as its header says, and at least one"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def unpacked(content: bytes) -> bytes:
    """Return the content, decompressed if it is gzip.

    Raises
    ------
    OSError, EOFError, zlib.error
        If compressed content is damaged.
    """
    return gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content
