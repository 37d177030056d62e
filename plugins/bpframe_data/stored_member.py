"""An array of an .npz file that stands in it as it is, not compressed, and so can be mapped."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Of a member's header in a ZIP file, before its name and what else is said of it.
HEADER = 30
READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def mapped_member(file: Path, member: zipfile.ZipInfo) -> npt.NDArray[Any] | None:
    """Return the array of a member, mapped; None if it is compressed, or has to be read.

    Parameters
    ----------
    file : Path
        The .npz file.
    member : zipfile.ZipInfo
        What it says of the member.
    """
    if member.compress_type != zipfile.ZIP_STORED:
        return None
    with file.open("rb") as opened:
        opened.seek(member.header_offset)
        lengths = struct.unpack("<HH", opened.read(HEADER)[-4:])
        opened.seek(sum(lengths), 1)
        reader = READERS.get(np.lib.format.read_magic(opened))
        shape, by_column, dtype = reader(opened) if reader else ((), True, np.dtype(object))
        if by_column or dtype.hasobject:
            return None
        return np.memmap(file, dtype, "r", opened.tell(), shape)
