"""The numbers of a run, to be compared with those of one that was not stopped."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

# Each kind of training remembers something else between two steps.
KINDS = {
    "sgd": ("optimizer.learning_rate=auto",),
    "adam with cosine": ("optimizer=adam", "optimizer.learning_rate=0.01", "schedule=cosine"),
    "dropout": ("network.hidden=[20,20]", "network.dropout=0.5", "optimizer=momentum"),
    "a feedback rule": ("backprop=feedback_alignment", "stopping=early", "trainer.batch_size=7"),
    "fused": ("backprop=fused", "optimizer.learning_rate=0.5"),
}


def numbers(folder: Path) -> dict[str, Any]:
    """Return what a run gave, but for the seconds."""
    outcome = json.loads((folder / "outcome.json").read_text())
    with np.load(folder / "weights.npz") as arrays:
        weights = {name: arrays[name].tobytes() for name in arrays}
    with (folder / "epochs.csv").open() as file:
        epochs = [{**row, "seconds": ""} for row in csv.DictReader(file)]
    kept = ("status", "figures", "parts", "weights", "warnings", "stopped")
    return {
        "weights": weights,
        "epochs": epochs,
        "numbers": [int(row["epoch"]) for row in epochs],
        **{key: outcome[key] for key in kept},
    }
