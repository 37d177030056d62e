"""Registers the initializers."""

from collections.abc import Callable

import bpframe
import bpframe_initializers as initializers


@bpframe.hookimpl
def bpframe_register_initializers(
    register: Callable[[str, type[bpframe.Initializer]], None],
) -> None:
    register("deep_normal", initializers.DeepNormal)
    register("scaled_normal", initializers.ScaledNormal)
    register("normal", initializers.Normal)
    register("xavier", initializers.Xavier)
    register("he", initializers.He)
    register("constant", initializers.Constant)
    register("given", initializers.Given)
    register("weights", initializers.Weights)
