"""The task that compares a rule with the definition of the gradient."""

from bpframe_gradcheck.matrix import LEGEND, Matrix
from bpframe_gradcheck.task import GradCheck

__all__ = ["LEGEND", "GradCheck", "Matrix"]
