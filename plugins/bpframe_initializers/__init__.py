"""Initializers: the distributions of the first weights and biases."""

from bpframe_initializers.constant import Constant
from bpframe_initializers.given import Given
from bpframe_initializers.normal import DeepNormal, He, Normal, ScaledNormal, Xavier
from bpframe_initializers.weights import Weights

__all__ = ["Constant", "DeepNormal", "Given", "He", "Normal", "ScaledNormal", "Weights", "Xavier"]
