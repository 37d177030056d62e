"""What the runs of a sweep have in common, as their processes find it in their environment."""

from __future__ import annotations

import os

from bpframe.local import VARIABLE as PLUGINS
from bpframe.sweep import Sweep

MARK = "BPFRAME_SWEEP"
VARYING = "BPFRAME_SWEEP_VARYING"
# A library reads its own once, when it is loaded: workers that start later have one thread each.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def common_environment(sweep: Sweep, threads: int) -> dict[str, str]:
    """Return the variables of every process that carries out runs of a sweep."""
    return {
        MARK: sweep.mark,
        VARYING: ",".join(sweep.varying),
        PLUGINS: os.environ.get(PLUGINS, ""),
        **dict.fromkeys(THREADS, str(threads)),
    }


def sweep_mark() -> str:
    """Return the mark of the sweep that this process works for."""
    return os.environ.get(MARK, "")


def varying_keys() -> list[str]:
    """Return the options that have several values in the sweep that this process works for."""
    return [key for key in os.environ.get(VARYING, "").split(",") if key]
