"""What a report knows of each run: its options, the number that it gave, its curve, its time."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bpframe import RecordedRun, find_runs
from bpframe.errors import ConfigError

SEED = "seed"
EXPERIMENT = "experiment"
DATA = "data."
# They decide no result, or are what the run itself found.
SILENT = (SEED, "name", "trainer.max_seconds", "trainer.resume")
FINISHED, FAILED = "finished", "failed"


@dataclass(frozen=True)
class Observed:
    """A run of which the report speaks.

    Attributes
    ----------
    run : RecordedRun
        The run.
    place : tuple
        What puts the runs in order: the folder that was named, that of the sweep, the number.
    """

    run: RecordedRun
    place: tuple[int, str, int, str]

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.run.options[SEED])

    @property
    def failed(self) -> bool:
        """Whether it ended without being finished, by what it was itself."""
        return self.run.outcome.status == FAILED

    @property
    def diverged(self) -> bool:
        """Whether its cost was not finite any more."""
        return self.failed and self.run.outcome.diverged

    @cached_property
    def options(self) -> dict[str, str]:
        """The options that may decide its result, as texts, and the experiment if one was named.

        Those of a section, such as ``tracking``, are not among them.
        """
        outcome, found = self.run.outcome, self.run.options
        parts = {*outcome.parts, "output_activation"}
        sections = {k.partition(".")[0] for k in found if k.endswith(".name")} - parts
        options = {
            key: text_of(value)
            for key, value in found.items()
            if key not in SILENT and key.partition(".")[0] not in sections
        }
        experiment = outcome.asked_for.get(EXPERIMENT)
        return {EXPERIMENT: experiment} | options if experiment else options

    @cached_property
    def epochs(self) -> list[dict[str, float]]:
        """The metrics of its epochs."""
        return self.run.epochs()

    @property
    def seconds(self) -> float:
        """The time that its training took, without the evaluation; NaN if it is not known."""
        times = [epoch.get("seconds", math.nan) for epoch in self.epochs if epoch.get("epoch")]
        return math.fsum(times) if times else math.nan

    def value(self, figure: str) -> float | None:
        """Return a figure: NaN if the run failed, None if it finished without it."""
        if self.failed:
            return math.nan
        found = self.run.outcome.figures.get(figure)
        return None if found is None else float(found["value"])


def observe(folders: Sequence[Path]) -> list[RecordedRun]:
    """Return the runs in some folders and below, each once.

    Raises
    ------
    ConfigError
        If a folder is not there, or has no run.
    """
    found: dict[Path, RecordedRun] = {}
    for folder in folders:
        here = {run.folder.resolve(): run for run in find_runs(folder)}
        if not here:
            raise ConfigError(f"there is no run in {folder}")
        found = here | found
    return list(found.values())


def in_order(runs: Iterable[RecordedRun], folders: Sequence[Path]) -> list[Observed]:
    """Return runs in the order of the folders that were named, of the sweeps and of their jobs."""
    roots = [folder.resolve() for folder in folders]

    def place(run: RecordedRun) -> tuple[int, str, int, str]:
        here = run.folder.resolve()
        first = next((n for n, root in enumerate(roots) if here.is_relative_to(root)), len(roots))
        return first, str(here.parent), run.outcome.job, here.name

    return sorted((Observed(run, place(run)) for run in runs), key=lambda one: one.place)


def told(runs: Iterable[Observed]) -> tuple[list[Observed], list[str]]:
    """Return the runs that are finished or have failed, and lines on those that are left out.

    What was refused, was interrupted or has not ended says nothing of its choice.
    """
    kept: list[Observed] = []
    left: list[Observed] = []
    for one in runs:
        ended = one.run.outcome.status in (FINISHED, FAILED)
        (kept if ended and SEED in one.run.options else left).append(one)
    counts = Counter(one.run.outcome.status for one in left)
    notes = [
        f"left out: {counted(n, 'run')} with the status '{status}'"
        for status, n in sorted(counts.items())
    ]
    return kept, notes


def text_of(value: Any) -> str:
    """Return the value of an option as it is typed, or nearly so."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def counted(n: int, noun: str) -> str:
    """Return ``1 run`` or ``2 runs``."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def varying(runs: Sequence[Observed]) -> list[str]:
    """Return the options of which the runs have several values; one that lacks it has another."""
    keys = dict.fromkeys(key for one in runs for key in one.options)
    return [key for key in keys if len({one.options.get(key) for one in runs}) > 1]


def values_of(options: Mapping[str, str], keys: Iterable[str]) -> tuple[str, ...]:
    """Return the values of some options; ``-`` for one that is not there."""
    return tuple(options.get(key, "-") for key in keys)
