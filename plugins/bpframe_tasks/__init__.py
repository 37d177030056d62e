"""Tasks: what a run does."""

from bpframe_tasks.gradcheck import GradCheck
from bpframe_tasks.matrix import LEGEND, Matrix
from bpframe_tasks.train import Train

__all__ = ["LEGEND", "GradCheck", "Matrix", "Train"]
