"""Runs of rows that nobody has carried out."""

from __future__ import annotations

from collections.abc import Sequence

from bpframe_reproduce.seeds import SeedRun


def run(seed: int, test: Sequence[float], *, status: str = "finished", **more: object) -> SeedRun:
    """Return a run with a test accuracy after each epoch; validation is a thousandth above."""
    epochs = [
        {
            "epoch": float(number),
            "test/accuracy": accuracy,
            "validation/accuracy": accuracy + 0.001,
            "train/accuracy": 1.0,
        }
        for number, accuracy in enumerate(test, 1)
    ]
    figures = {"test/accuracy": test[-1], "test/accuracy_at_best_validation": max(test)}
    return SeedRun(seed, status, epochs, figures, seconds=10.0)


def untrained(seed: int, norms: Sequence[float]) -> SeedRun:
    """Return a run without training; the last norm is that of the output layer."""
    epoch = {f"delta_norm/layer_{layer}": norm for layer, norm in enumerate(norms, 2)}
    return SeedRun(seed, "finished", [{"epoch": 0.0} | epoch], {}, seconds=1.0)
