"""Metrics: how good the outputs for classes are, or for values."""

from bpframe_metrics.balanced_accuracy import BalancedAccuracy
from bpframe_metrics.log_loss import LogLoss
from bpframe_metrics.macro_f1 import MacroF1
from bpframe_metrics.mae import MAE
from bpframe_metrics.r2 import R2
from bpframe_metrics.rmse import RMSE
from bpframe_metrics.top_k import TopK

__all__ = ["MAE", "R2", "RMSE", "BalancedAccuracy", "LogLoss", "MacroF1", "TopK"]
