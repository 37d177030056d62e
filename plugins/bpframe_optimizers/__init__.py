"""Optimizers, and the regularizers that add to what they step along."""

from bpframe_optimizers.regularizers import L2, NoRegularizer
from bpframe_optimizers.sgd import SGD

__all__ = ["L2", "SGD", "NoRegularizer"]
