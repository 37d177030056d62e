"""Runs that have kept a model, without a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recorded_runs import record

from bpframe import Model


def keep(model: Model, folder: Path, number: int = 0, **more: Any) -> Path:
    """Write the record of a run that has left a model, and return its folder; see `record`."""
    record(folder, number, **more)
    (folder / "model.json").write_bytes(model.to_json())
    (folder / "weights.npz").write_bytes(model.network.parameters.to_npz())
    return folder
