"""How the runs of a sweep are chosen."""

from bpframe_sweeps.grid import Grid

__all__ = ["Grid"]
