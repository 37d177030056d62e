"""What became of a run, in a file that a sweep and other programs can read."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpframe.files import write_whole

FILE = "outcome.json"
NOT_FITTING = "does not fit"


@dataclass
class Outcome:
    """What became of a run.

    Attributes
    ----------
    status : str
        ``finished``, ``failed``, ``refused`` (wrong configuration or input), ``does not fit``
        (parts that a task's sweep passes over, see `bpframe.Task`) or ``interrupted``.
    exit_code : int
        What the command line returns for it.
    name : str
        Name of the run.
    overrides : list of str
        What was asked for on the command line.
    mark : str
        What the runs of one sweep have in common; nothing for a single run.
    job : int
        Its number in the sweep.
    parts : dict
        The name of each component by its option, such as ``{"cost": "quadratic"}``.
    figures : dict
        name → {value, selected}, see `bpframe.run.Figure`.
    error : str
        The message, if it is not finished.
    warnings : list of str
        See `bpframe.run.Run`.
    """

    status: str
    exit_code: int
    name: str
    overrides: list[str]
    mark: str = ""
    job: int = 0
    parts: dict[str, str] = field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: str = ""
    warnings: list[str] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Write ``outcome.json`` into the run's folder."""
        text = json.dumps(dataclasses.asdict(self), indent=2) + "\n"
        write_whole(folder / FILE, text.encode())


def load_outcomes(folder: Path, mark: str) -> list[Outcome]:
    """Return the outcomes of one sweep's runs below a folder, in the order of the jobs."""
    files = folder.rglob(FILE)
    outcomes = [Outcome(**json.loads(path.read_text())) for path in files]
    return sorted((o for o in outcomes if o.mark == mark), key=lambda outcome: outcome.job)
