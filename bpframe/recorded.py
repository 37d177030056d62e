"""Runs as they stand in their folders: what became of each, its options, and its epochs."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe.errors import ConfigError
from bpframe.options import flat_options
from bpframe.outcome import FILE, Outcome, load_outcome

if TYPE_CHECKING:
    import pandas

CONFIG = "config.yaml"
EPOCHS = "epochs.csv"
SWEEP = "sweep.json"
# And a number is a folder in that of a run: what it had before it was carried out anew.
BEFORE = "before-"
SET_ASIDE = re.compile(rf"{BEFORE}\d+$")
# Where runs have their folders unless Hydra is told otherwise.
PLACES = ("outputs", "multirun")
ID_LENGTH = 8
# As many as may stand for a whole ID; fewer could be a name.
BEGINNING = re.compile(r"[0-9a-f]{4,8}")
SELECTED = ".selected"


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

    @cached_property
    def id(self) -> str:
        """Eight letters and digits that a person can type for it, made from the folder's path."""
        path = str(self.folder.resolve())
        return hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()[:ID_LENGTH]

    @cached_property
    def ended(self) -> datetime:
        """When its outcome was written last: its end, or its start if it still runs."""
        return datetime.fromtimestamp((self.folder / FILE).stat().st_mtime)

    @cached_property
    def row(self) -> dict[str, Any]:
        """All that there is to know of it in short, by the names that `runs_table` has.

        A component or a choice of a section stands under its kind or section, such as ``backprop``;
        a figure under its name, with how it was selected under ``NAME.selected``.

        Raises
        ------
        ConfigError
            If its configuration cannot be read.
        """
        outcome = self.outcome
        row: dict[str, Any] = {
            "id": self.id,
            "name": outcome.name,
            "status": outcome.status,
            "ended": self.ended,
            "folder": str(self.folder),
            "sweep": str(sweep) if (sweep := self.sweep) else None,
            "job": outcome.job if outcome.mark else None,
            "error": outcome.error or None,
            "stopped": outcome.stopped or None,
        }
        for name, figure in outcome.figures.items():
            row |= {name: figure["value"], f"{name}{SELECTED}": figure.get("selected")}
        options = {_short(key): value for key, value in self.options.items()}
        experiment = {"experiment": outcome.asked_for.get("experiment")}
        # Of a run that was refused the parts may be all that is known.
        return outcome.parts | options | experiment | row

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

    So is what a run was before it was carried out anew.

    Raises
    ------
    ConfigError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}")
    for here, below, files in os.walk(folder):
        is_run = FILE in files
        below[:] = sorted(n for n in below if n[:1] != "." and not (is_run and SET_ASIDE.match(n)))
        if is_run:
            try:
                yield RecordedRun(Path(here), load_outcome(Path(here)))
            except ConfigError:
                continue


def runs_here(cwd: Path) -> Iterator[RecordedRun]:
    """Yield every run below the folders that runs have in a working folder, in the order of paths.

    They are ``outputs`` and ``multirun``.
    """
    for place in PLACES:
        if (cwd / place).is_dir():
            yield from find_runs(cwd / place)


def newest_sweep(cwd: Path) -> Path | None:
    """Return the folder of the sweep in a working folder that a run has ended in last, if any."""
    runs = (run for run in runs_here(cwd) if run.outcome.mark)
    newest = max(runs, key=lambda run: run.ended, default=None)
    return newest.sweep if newest else None


def runs_called(word: str, cwd: Path) -> list[RecordedRun]:
    """Return the runs of a working folder that a word may mean, the newest first.

    Parameters
    ----------
    word : str
        The ID of a run or at least four letters of its beginning, or else a run's name.
    cwd : pathlib.Path
        The working folder.
    """
    runs = list(runs_here(cwd))
    found = [run for run in runs if BEGINNING.fullmatch(word) and run.id.startswith(word)]
    found = found or [run for run in runs if run.outcome.name == word]
    return sorted(found, key=lambda run: run.ended, reverse=True)


def runs_table(folder: str | Path) -> pandas.DataFrame:
    """Return every run in a folder and below as a table of pandas, a row a run, the newest first.

    Columns are those of the run, from ``id`` to ``stopped``, then each figure with how it was
    selected, then each option. What a run lacks is missing, as pandas has it.

    Parameters
    ----------
    folder : str or pathlib.Path
        Such as ``"multirun"``, or the folder of one sweep.

    Raises
    ------
    ConfigError
        If there is no such folder, or a run's configuration cannot be read.

    Examples
    --------
    >>> import bpframe
    >>> table = bpframe.runs_table("multirun")  # doctest: +SKIP
    >>> table.groupby("backprop")["test/accuracy"].describe()  # doctest: +SKIP
    """
    # It takes a third of a second to import.
    import pandas

    runs = sorted(find_runs(Path(folder)), key=lambda run: run.ended, reverse=True)
    return pandas.DataFrame([run.row for run in runs], columns=columns_of_runs(runs))


def columns_of_runs(runs: list[RecordedRun]) -> list[str]:
    """Return the columns that some runs have: of the run, its figures, its options."""
    own = ("id", "name", "status", "ended", "folder", "sweep", "job", "error", "stopped")
    figures = dict.fromkeys(name for run in runs for name in run.outcome.figures)
    both = [name for figure in figures for name in (figure, f"{figure}{SELECTED}")]
    return list(dict.fromkeys([*own, *both, *(name for run in runs for name in run.row)]))


def _short(option: str) -> str:
    """Return ``backprop`` for ``backprop.name``, as it is chosen on the command line."""
    return option.removesuffix(".name") if option.count(".") == 1 else option
