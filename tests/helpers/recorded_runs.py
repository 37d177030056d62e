"""Folders of runs that nobody has carried out: their records alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from bpframe import Outcome

# Each run ends a minute after the one before.
START, MINUTE = 1_790_000_000, 60


def record(
    folder: Path, number: int = 0, config: dict[str, Any] | None = None, **more: Any
) -> Path:
    """Write the record of a run into a new folder, and return it.

    Parameters
    ----------
    folder : pathlib.Path
        The run's.
    number : int
        In the order in which runs end.
    config : dict, optional
        Its configuration.
    **more
        Attributes of its outcome.
    """
    folder.mkdir(parents=True)
    values = {"status": "finished", "exit_code": 0, "name": f"run s{number}", "overrides": []}
    Outcome(**values | more).save(folder)
    if config is not None:
        (folder / "config.yaml").write_text(OmegaConf.to_yaml(OmegaConf.create(config)))
    os.utime(folder / "outcome.json", (START + number * MINUTE,) * 2)
    return folder


def figure(value: float, selected: str = "last epoch") -> dict[str, Any]:
    """Return a figure as it stands in an outcome."""
    return {"value": value, "selected": selected}
