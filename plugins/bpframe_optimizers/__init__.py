"""Optimizers, which take the steps, and what changes a gradient before one.

Regularizers add to it, or bound the weights after the step; clippings make it smaller.
"""

from bpframe_optimizers.adagrad import AdaGrad
from bpframe_optimizers.adam import Adam
from bpframe_optimizers.adamw import AdamW
from bpframe_optimizers.clip_norm import ClipNorm
from bpframe_optimizers.clip_value import ClipValue
from bpframe_optimizers.elastic_net import ElasticNet
from bpframe_optimizers.l1 import L1
from bpframe_optimizers.l2 import L2
from bpframe_optimizers.max_norm import MaxNorm
from bpframe_optimizers.momentum import Momentum
from bpframe_optimizers.no_clipping import NoClipping
from bpframe_optimizers.no_regularizer import NoRegularizer
from bpframe_optimizers.rmsprop import RMSprop
from bpframe_optimizers.sgd import SGD

__all__ = [
    "L1",
    "L2",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "ClipNorm",
    "ClipValue",
    "ElasticNet",
    "MaxNorm",
    "Momentum",
    "NoClipping",
    "NoRegularizer",
    "RMSprop",
]
