"""Registers the optimizers, regularizers and clippings."""

from collections.abc import Callable

import bpframe
import bpframe_optimizers as optimizers


@bpframe.hookimpl
def bpframe_register_optimizers(register: Callable[[str, type[bpframe.Optimizer]], None]) -> None:
    register("sgd", optimizers.SGD)
    register("momentum", optimizers.Momentum)
    register("adam", optimizers.Adam)
    register("adamw", optimizers.AdamW)
    register("rmsprop", optimizers.RMSprop)
    register("adagrad", optimizers.AdaGrad)


@bpframe.hookimpl
def bpframe_register_regularizers(
    register: Callable[[str, type[bpframe.Regularizer]], None],
) -> None:
    register("none", optimizers.NoRegularizer)
    register("l2", optimizers.L2)
    register("l1", optimizers.L1)
    register("elastic_net", optimizers.ElasticNet)
    register("max_norm", optimizers.MaxNorm)


@bpframe.hookimpl
def bpframe_register_clippings(register: Callable[[str, type[bpframe.Clipping]], None]) -> None:
    register("none", optimizers.NoClipping)
    register("norm", optimizers.ClipNorm)
    register("value", optimizers.ClipValue)
