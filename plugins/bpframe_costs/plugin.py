"""Registers the costs, and the closed forms of δ^L that they have."""

from collections.abc import Callable

import bpframe
import bpframe_costs as costs
from bpframe_costs.closed_forms import of_pair


@bpframe.hookimpl
def bpframe_register_costs(register: Callable[[str, type[bpframe.Cost]], None]) -> None:
    register("quadratic", costs.Quadratic)
    register("cross_entropy", costs.CrossEntropy)
    register("log_likelihood", costs.LogLikelihood)


@bpframe.hookimpl
def bpframe_output_error(
    cost: bpframe.Cost, activation: bpframe.Activation
) -> bpframe.OutputError | None:
    return of_pair(cost, activation)
