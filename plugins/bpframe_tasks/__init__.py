"""Tasks: what a run does."""

from bpframe_tasks.train import Train

__all__ = ["Train"]
