"""The memory of the machine, and the refusal of what is larger."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path

# Where Linux writes a container's limit: control groups of version 2 and 1.
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def check_memory(size: float, what: str) -> None:
    """Refuse what takes more memory than there is, free or not, before it is taken.

    Parameters
    ----------
    size : float
        Bytes that it takes at least.
    what : str
        What takes them, in the plural.

    Raises
    ------
    MemoryError
        If the machine, or the container, has less.
    """
    if size > memory():
        raise MemoryError(f"{what} take {size_text(size)}; this machine has {size_text(memory())}")


@cache
def memory() -> float:
    """Return the bytes of memory that this process may have; infinity if nothing tells."""
    sizes = [float("inf")]
    # Windows has no sysconf.
    with suppress(AttributeError, ValueError, OSError):
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for file in LIMITS:
        # Version 2 says "max" where there is no limit.
        with suppress(OSError, ValueError):
            sizes.append(int(file.read_text()))
    return min(size for size in sizes if size > 0)


def size_text(size: float) -> str:
    """Return a size in bytes as people read it, such as ``1.2 GB``."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
