"""Registers the backward passes, and the rules that take their place."""

from collections.abc import Callable

import bpframe
import bpframe_backprop as backprop


@bpframe.hookimpl
def bpframe_register_backprops(register: Callable[[str, type[bpframe.Backprop]], None]) -> None:
    register("full_matrix", backprop.FullMatrix)
    register("per_sample", backprop.PerSample)
    register("matrix_form", backprop.MatrixForm)
    register("activation_error", backprop.ActivationError)
    register("finite_difference", backprop.FiniteDifference)
    register("path_sum", backprop.PathSum)
    register("chain_rule", backprop.ChainRule)
    register("feedback_alignment", backprop.FeedbackAlignment)
    register("direct_feedback_alignment", backprop.DirectFeedbackAlignment)
    register("sign_symmetry", backprop.SignSymmetry)
