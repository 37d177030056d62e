"""The runs of a row, one for each seed, and the numbers that are selected from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bpframe import RecordedRun, find_runs
from bpframe_reproduce.rows import At

FINISHED = "finished"
OF_THREE = 3


@dataclass(frozen=True)
class SeedRun:
    """What came of one seed.

    Attributes
    ----------
    seed : int
        The seed.
    status : str
        See `bpframe.Outcome`.
    epochs : list of dict
        The metrics of each epoch, with its number as ``epoch``.
    figures : dict
        The reported figures.
    seconds : float
        From the first step to the end of the run, evaluations included.
    folder : pathlib.Path or None
        Where its files are.
    """

    seed: int
    status: str
    epochs: list[dict[str, float]]
    figures: dict[str, float]
    seconds: float = 0.0
    folder: Path | None = None

    @classmethod
    def of(cls, run: RecordedRun) -> SeedRun:
        """Return what a recorded run came to."""
        began = (run.folder / "config.yaml").stat().st_mtime
        return cls(
            int(run.options["seed"]),
            run.outcome.status,
            run.epochs(),
            {name: figure["value"] for name, figure in run.outcome.figures.items()},
            max(run.ended.timestamp() - began, 0.0),
            run.folder,
        )

    @property
    def finished(self) -> bool:
        """Whether it has come to its end."""
        return self.status == FINISHED

    def curve(self, metric: str) -> list[float]:
        """Return a metric after each trained epoch; [] if it was not looked at."""
        return [e[metric] for e in self.epochs if e["epoch"] and metric in e]

    def value(self, metric: str, at: At) -> float | None:
        """Return the number that is selected so; None if it was not looked at.

        Of `At.BEST_OF_THREE` it is the peak, of which three runs are then taken together.
        """
        if at is At.UNTRAINED:
            return self.epochs[0].get(metric) if self.epochs else None
        curve = self.curve(metric)
        if at is At.LAST:
            return curve[-1] if curve else self.figures.get(metric)
        if not curve:
            return None
        return curve[0] if at is At.FIRST else max(curve)

    def at_best_validation(self, split: str) -> float | None:
        """Return the accuracy of a split at the epoch that validation likes best."""
        if split == "validation":
            return self.value("validation/accuracy", At.PEAK)
        return self.figures.get(f"{split}/accuracy_at_best_validation")


def runs_in(folder: Path, seeds: int) -> list[SeedRun]:
    """Return the runs of a sweep in a folder that have the first so many seeds, in their order."""
    if not folder.is_dir():
        return []
    # What lies deeper was put aside.
    found = [run for run in find_runs(folder) if run.folder.parent == folder and run.options]
    runs = sorted(map(SeedRun.of, found), key=lambda run: run.seed)
    return [run for run in runs if run.seed < seeds]


def selected(runs: Iterable[SeedRun], metric: str, at: At) -> list[float]:
    """Return what is to be compared with a number that was selected so, of finished runs.

    For the best of three runs these are the largest of every three of ours.
    """
    values = [run.value(metric, at) for run in runs if run.finished]
    known = [value for value in values if value is not None]
    return best_of_three(known) if at is At.BEST_OF_THREE else known


def best_of_three(values: Sequence[float]) -> list[float]:
    """Return the largest of every three numbers."""
    return [max(three) for three in combinations(values, OF_THREE)]
