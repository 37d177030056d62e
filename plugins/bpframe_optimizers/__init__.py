"""Optimizers, which take the steps, and regularizers, which add to the gradient before one."""

from bpframe_optimizers.regularizers import L2, NoRegularizer
from bpframe_optimizers.sgd import SGD

__all__ = ["L2", "SGD", "NoRegularizer"]
