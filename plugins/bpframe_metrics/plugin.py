"""Registers the metrics."""

from collections.abc import Callable

import bpframe
import bpframe_metrics as metrics


@bpframe.hookimpl
def bpframe_register_metrics(register: Callable[[str, type[bpframe.Metric]], None]) -> None:
    register("top_k", metrics.TopK)
    register("balanced_accuracy", metrics.BalancedAccuracy)
    register("macro_f1", metrics.MacroF1)
    register("log_loss", metrics.LogLoss)
    register("rmse", metrics.RMSE)
    register("mae", metrics.MAE)
    register("r2", metrics.R2)
