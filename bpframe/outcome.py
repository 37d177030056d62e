"""What became of a run, in a file that a sweep and other programs can read."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpframe.files import write_whole

FILE = "outcome.json"


@dataclass
class Outcome:
    """What became of a run.

    Attributes
    ----------
    status : str
        ``finished``, ``failed``, ``refused`` (wrong configuration or input) or ``interrupted``.
    exit_code : int
        What the command line returns for it.
    name : str
        Name of the run.
    overrides : list of str
        What was asked for on the command line.
    figures : dict
        name → {value, selected}, see `bpframe.run.Figure`.
    error : str
        The message, if it is not finished.
    """

    status: str
    exit_code: int
    name: str
    overrides: list[str]
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: str = ""

    def save(self, folder: Path) -> None:
        """Write ``outcome.json`` into the run's folder."""
        text = json.dumps(dataclasses.asdict(self), indent=2)
        write_whole(folder / FILE, text.encode())


def load_outcomes(folder: Path) -> list[Outcome]:
    """Return the outcomes of a sweep's runs, in the order of the jobs."""
    files = [path for path in folder.glob(f"*/{FILE}") if path.parent.name.isdigit()]
    files.sort(key=lambda path: int(path.parent.name))
    return [Outcome(**json.loads(path.read_text())) for path in files]
