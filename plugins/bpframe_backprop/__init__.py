"""Backward passes: how the gradient of the cost is found."""

from bpframe_backprop.full_matrix import FullMatrix
from bpframe_backprop.per_sample import PerSample

__all__ = ["FullMatrix", "PerSample"]
