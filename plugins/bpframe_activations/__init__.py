"""Activations: f of z^l = w^l a^(l-1) + b^l."""

from bpframe_activations.custom import Custom
from bpframe_activations.polynomial import Linear, Square
from bpframe_activations.relu import LeakyReLU, ReLU
from bpframe_activations.sigmoid import Sigmoid
from bpframe_activations.sin import Sin
from bpframe_activations.softmax import Softmax
from bpframe_activations.softplus import Softplus
from bpframe_activations.tanh import Tanh

__all__ = [
    "Custom",
    "LeakyReLU",
    "Linear",
    "ReLU",
    "Sigmoid",
    "Sin",
    "Softmax",
    "Softplus",
    "Square",
    "Tanh",
]
