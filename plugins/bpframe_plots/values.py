"""What the pictures of a run need to know of it, as values that a file of JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from bpframe import Epoch, Run


def values_of(run: Run) -> dict[str, Any]:
    """Return what pictures need to know of a run."""
    trainer = run.trainer
    rate = getattr(trainer.optimizer, "learning_rate", None)
    return {
        "name": run.name,
        "seed": run.seed,
        "sizes": list(run.network.sizes),
        "learning_rate": rate if isinstance(rate, int | float) else None,
        "batch_size": trainer.batch_size,
        "wanted_epochs": trainer.epochs,
        "select_by": trainer.select_by,
        "epochs": [
            {
                "number": epoch.number,
                "metrics": {name: float(value) for name, value in epoch.metrics.items()},
                "seconds": epoch.seconds,
                "higher_is_better": sorted(epoch.higher_is_better),
            }
            for epoch in run.epochs
        ],
        "trained_epochs": run.trained_epochs,
    }


def run_of(values: Mapping[str, Any]) -> Any:
    """Return what stands for the run in the drawing of its pictures."""
    return SimpleNamespace(
        name=values["name"],
        seed=values["seed"],
        network=SimpleNamespace(sizes=tuple(values["sizes"])),
        trainer=SimpleNamespace(
            optimizer=SimpleNamespace(learning_rate=values["learning_rate"]),
            batch_size=values["batch_size"],
            epochs=values["wanted_epochs"],
            select_by=values["select_by"],
        ),
        epochs=[
            Epoch(**epoch | {"higher_is_better": frozenset(epoch["higher_is_better"])})
            for epoch in values["epochs"]
        ],
        trained_epochs=values["trained_epochs"],
    )
