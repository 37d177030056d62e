"""Tasks: what a run does."""

from bpframe_tasks.gradcheck import GradCheck
from bpframe_tasks.matrix import LEGEND, Matrix
from bpframe_tasks.train import Train
from bpframe_tasks.warnings import warnings_of_data, warnings_of_training

__all__ = [
    "LEGEND",
    "GradCheck",
    "Matrix",
    "Train",
    "warnings_of_data",
    "warnings_of_training",
]
