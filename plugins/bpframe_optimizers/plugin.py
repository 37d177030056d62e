"""Registers the optimizers and regularizers."""

from collections.abc import Callable

import bpframe
import bpframe_optimizers as optimizers


@bpframe.hookimpl
def bpframe_register_optimizers(register: Callable[[str, type[bpframe.Optimizer]], None]) -> None:
    register("sgd", optimizers.SGD)


@bpframe.hookimpl
def bpframe_register_regularizers(
    register: Callable[[str, type[bpframe.Regularizer]], None],
) -> None:
    register("none", optimizers.NoRegularizer)
    register("l2", optimizers.L2)
