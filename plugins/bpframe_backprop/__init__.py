"""Backward passes: how the gradient of the cost is found, and rules that take its place."""

from bpframe_backprop.activation_error import ActivationError
from bpframe_backprop.chain_rule import ChainRule, count_operations
from bpframe_backprop.direct_feedback_alignment import DirectFeedbackAlignment
from bpframe_backprop.feedback_alignment import FeedbackAlignment
from bpframe_backprop.finite_difference import FiniteDifference
from bpframe_backprop.full_matrix import FullMatrix
from bpframe_backprop.matrix_form import MatrixForm
from bpframe_backprop.path_sum import PathSum
from bpframe_backprop.per_sample import PerSample
from bpframe_backprop.sign_symmetry import Magnitudes, SignSymmetry

__all__ = [
    "ActivationError",
    "ChainRule",
    "DirectFeedbackAlignment",
    "FeedbackAlignment",
    "FiniteDifference",
    "FullMatrix",
    "Magnitudes",
    "MatrixForm",
    "PathSum",
    "PerSample",
    "SignSymmetry",
    "count_operations",
]
