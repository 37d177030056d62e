"""How much memory this process has beyond that of a moment."""

from __future__ import annotations

import gc
import resource
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def start_anew() -> float:
    """Forget the peak, where the system can, and return the MB that are in use."""
    gc.collect()
    if not STATUS.exists():
        return peak()
    # "5" sets the peak back to what is in use.
    CLEAR.write_text("5")
    return _megabytes("VmRSS")


def peak() -> float:
    """Return the most MB that were in use."""
    if STATUS.exists():
        return _megabytes("VmHWM")
    # Linux counts kilobytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _megabytes(name: str) -> float:
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024
