"""Optimizers, and what belongs to the parameters: initializers and regularizers."""

from bpframe_optimizers.constant import Constant
from bpframe_optimizers.given import Given
from bpframe_optimizers.normal import DeepNormal, He, Normal, ScaledNormal, Xavier
from bpframe_optimizers.regularizers import L2, NoRegularizer
from bpframe_optimizers.sgd import SGD

__all__ = [
    "L2",
    "SGD",
    "Constant",
    "DeepNormal",
    "Given",
    "He",
    "NoRegularizer",
    "Normal",
    "ScaledNormal",
    "Xavier",
]
