"""What ends a training before its last epoch."""

from bpframe_stopping.early import EarlyStopping
from bpframe_stopping.none import NoStopping

__all__ = ["EarlyStopping", "NoStopping"]
