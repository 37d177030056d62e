"""Runs as they stand in their folders: what became of each, its options, and its epochs."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bpframe.errors import ConfigError
from bpframe.options import flat_options
from bpframe.outcome import FILE, Outcome, load_outcome

CONFIG = "config.yaml"
EPOCHS = "epochs.csv"
SWEEP = "sweep.json"


@dataclass(frozen=True)
class RecordedRun:
    """A run in its folder.

    Attributes
    ----------
    folder : pathlib.Path
        Where its files are.
    outcome : Outcome
        What became of it.
    """

    folder: Path
    outcome: Outcome

    @cached_property
    def options(self) -> dict[str, Any]:
        """The resolved configuration by dotted names, such as ``trainer.epochs``.

        A run that was refused has none.

        Raises
        ------
        ConfigError
            If there is a ``config.yaml`` that cannot be read.
        """
        # Reading YAML with OmegaConf takes ten times as long, and a report reads thousands.
        import yaml

        file = self.folder / CONFIG
        try:
            config = yaml.load(file.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise ConfigError(f"{file} cannot be read: {' '.join(str(error).split())}") from None
        if not isinstance(config, dict):
            raise ConfigError(f"{file} is not the configuration of a run")
        return flat_options(config)

    @property
    def sweep(self) -> Path | None:
        """The folder of the sweep that it belongs to; None for a run of its own."""
        if not self.outcome.mark:
            return None
        return next((f for f in self.folder.parents if (f / SWEEP).exists()), None)

    def epochs(self) -> list[dict[str, float]]:
        """Return the metrics of each epoch from ``epochs.csv``; [] if there is none.

        Raises
        ------
        ConfigError
            If the file cannot be read.
        """
        file = self.folder / EPOCHS
        try:
            with file.open(newline="") as lines:
                rows = list(csv.DictReader(lines))
            return [{k: float(v) for k, v in row.items() if k and v} for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{file} cannot be read: {error}") from None


def find_runs(folder: Path) -> Iterator[RecordedRun]:
    """Yield every run in a folder and below, in the order of paths; other files are passed over.

    Raises
    ------
    ConfigError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}")
    for here, below, files in os.walk(folder):
        below[:] = sorted(name for name in below if name[:1] != ".")
        if FILE in files:
            try:
                yield RecordedRun(Path(here), load_outcome(Path(here)))
            except ConfigError:
                continue
