"""The outcome of a run, in a file that a sweep and other programs can read."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpframe.errors import NOT_FINITE, ConfigError
from bpframe.files import write_whole
from bpframe.options import activation_of, asked_for, masked

FILE = "outcome.json"
NOT_FITTING = "does not fit"
UNFINISHED = "unfinished"
# What follows a metric's name in that of a figure which is not of the last epoch.
SELECTED = ("_at_best_", "_peak")
TYPES = {"str": str, "int": int, "list": list, "dict": dict}


@dataclass
class Outcome:
    """The end of a run: its status and its figures.

    Attributes
    ----------
    status : str
        ``finished``, ``failed``, ``refused`` (wrong configuration or input), ``does not fit``
        (parts that a task's sweep passes over, see `bpframe.Task`), ``interrupted``, or
        ``unfinished``: it runs, or its process has died.
    exit_code : int
        What the command line returns for it.
    name : str
        Name of the run.
    overrides : list of str
        What was asked for on the command line.
    mark : str
        That of the sweep, which all of its runs have; nothing for a single run.
    job : int
        Its number in the sweep.
    parts : dict
        The name of each component by its kind, such as ``{"cost": "quadratic"}``; that of the last
        layer's activation, if it has one of its own, by ``output_activation``.
    figures : dict
        name → {value, selected}, see `bpframe.ReportedFigure`.
    error : str
        The message, if it is not finished.
    weights : str
        A digest of the weights and biases that it ended with; nothing if it kept none.
    warnings : list of str
        See `bpframe.run.Run`.
    stopped : str
        Why the training ended before its last epoch; nothing if it did not.
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
    weights: str = ""
    warnings: list[str] = field(default_factory=list)
    stopped: str = ""

    @property
    def asked_for(self) -> dict[str, str]:
        """The value of each option that was asked for on the command line, as typed."""
        return asked_for(self.overrides)

    @property
    def activation(self) -> str:
        """The activation, and behind a + that of the last layer if it has one of its own."""
        return activation_of(self.parts)

    @property
    def diverged(self) -> bool:
        """Whether it failed because its cost was not finite any more."""
        return self.error.startswith(NOT_FINITE)

    def to_json(self) -> str:
        """Return the content of ``outcome.json``."""
        # It may be read by others than those who may use what it names.
        return masked(json.dumps(dataclasses.asdict(self), indent=2)) + "\n"

    def save(self, folder: Path) -> None:
        """Write ``outcome.json`` into the run's folder."""
        write_whole(folder / FILE, self.to_json().encode())


def quantity_of(figure: str) -> str:
    """Return what a figure measures, without its split and its selection.

    >>> quantity_of("test/accuracy_at_best_validation")
    'accuracy'
    """
    quantity = figure.rpartition("/")[2]
    for selected in SELECTED:
        quantity = quantity.partition(selected)[0]
    return quantity


def load_outcome(folder: Path) -> Outcome:
    """Return the outcome of the run in a folder.

    Raises
    ------
    ConfigError
        If there is none, or it is not one that this version writes.
    """
    try:
        values = Outcome(**json.loads((folder / FILE).read_text()))
        _check_types(values)
        return values
    except OSError as error:
        raise ConfigError(f"{folder} is no folder of a run: {error.strerror}: {FILE}") from None
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{folder / FILE} is no outcome of a run: {error}") from None


def _check_types(outcome: Outcome) -> None:
    for field_ in dataclasses.fields(Outcome):
        value = getattr(outcome, field_.name)
        if type(value) is not TYPES[str(field_.type).partition("[")[0]]:
            raise TypeError(f"{field_.name} is {value!r}")
    if not all(isinstance(text, str) for text in [*outcome.overrides, *outcome.warnings]):
        raise TypeError("overrides and warnings must be texts")
    for name, figure in outcome.figures.items():
        value = figure.get("value") if isinstance(figure, dict) else None
        if not isinstance(value, int | float):
            raise TypeError(f"figure {name} is {figure!r}")


def load_outcomes(folder: Path, mark: str) -> list[Outcome]:
    """Return the outcomes of one sweep's runs below a folder, in the order of the jobs.

    Files without the sweep's mark are passed over: older ones, and those of other programs. Of two
    of one job the one further up counts: inside its folder there may be what it was before.
    """
    outcomes: dict[int, Outcome] = {}
    for path in sorted(folder.rglob(FILE), key=lambda path: -len(path.parts)):
        with suppress(ConfigError):
            outcome = load_outcome(path.parent)
            if outcome.mark == mark:
                outcomes[outcome.job] = outcome
    return [outcomes[job] for job in sorted(outcomes)]
