"""How the runs of a sweep are chosen."""

from bpframe_sweeps.grid import Grid
from bpframe_sweeps.optuna_search import OptunaSearch

__all__ = ["Grid", "OptunaSearch"]
