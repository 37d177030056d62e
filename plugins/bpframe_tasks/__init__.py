"""Tasks: what a run does."""

from bpframe_tasks.train import Train
from bpframe_tasks.warnings import warnings_of_data, warnings_of_training

__all__ = ["Train", "warnings_of_data", "warnings_of_training"]
