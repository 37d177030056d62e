"""Runs rows as sweeps of bpframe's own, over the seeds; what is finished is not run again."""

from __future__ import annotations

import hashlib
import importlib.util
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bpframe import make_folder
from bpframe_reproduce.rows import Row
from bpframe_reproduce.seeds import SeedRun, runs_in

# All of the training samples after each epoch would take as long as the training.
TRAIN_SAMPLES = "trainer.train_evaluation_samples=1000"
QUIET = ("tracking=none", "plots=none", "console=none")
# What some installations have.
REPORT = "report"


@dataclass(frozen=True)
class Place:
    """Where rows are run, and with what.

    Attributes
    ----------
    output : pathlib.Path
        The folder of all rows.
    data : pathlib.Path or None
        The folder with MNIST; the user's cache, and a download, if it is None.
    seeds : int
        How many: 0, 1, 2 …
    jobs : int
        How many runs at a time.
    sections : tuple of str
        Those that there are.
    """

    output: Path
    data: Path | None
    seeds: int
    jobs: int
    sections: tuple[str, ...] = ()

    def folder(self, row: Row) -> Path:
        """Return the folder of a row's sweep: another one where the experiment has changed."""
        lines = [x for x in experiment_text(row.name).splitlines() if x.strip() and x[0] != "#"]
        text = "\n".join([*lines, *options_of(row)])
        return self.output / row.name / hashlib.sha256(text.encode()).hexdigest()[:8]

    def runs(self, row: Row) -> list[SeedRun]:
        """Return the runs that there are."""
        return runs_in(self.folder(row), self.seeds)

    def is_complete(self, row: Row) -> bool:
        """Return whether every seed has finished."""
        return sum(run.finished for run in self.runs(row)) >= self.seeds

    def command(self, row: Row) -> list[str]:
        """Return the sweep that runs what a row lacks, as words behind ``bpframe``."""
        folder = self.folder(row)
        begun = (folder / "sweep.json").exists()
        report = [f"{REPORT}=none"] if REPORT in self.sections else []
        return [
            "-m",
            *options_of(row),
            *([f"data.path={quoted(self.data)}"] if self.data else []),
            *QUIET,
            *report,
            f"seed={','.join(map(str, range(self.seeds)))}",
            "hydra/launcher=joblib",
            f"hydra.launcher.n_jobs={self.jobs}",
            f"sweep.resume={quoted(folder)}" if begun else f"hydra.sweep.dir={quoted(folder)}",
        ]


def experiment_text(name: str) -> str:
    """Return the file of a row's experiment."""
    return files("bpframe.conf").joinpath(f"experiment/book/{name}.yaml").read_text()


def options_of(row: Row) -> list[str]:
    """Return what is asked for in each run of a row."""
    compiled = ["backprop=fused"] if importlib.util.find_spec("numba") else []
    return [f"experiment=book/{row.name}", *compiled, TRAIN_SAMPLES]


def single_command(row: Row) -> str:
    """Return the command for one seed, as it can be typed."""
    words = [*options_of(row), "data.path=FOLDER", "seed=0"]
    return shlex.join(["bpframe", *words])


def quoted(path: Path) -> str:
    """Return an absolute path in Hydra's quotes, so that no sign in it means anything."""
    text = str(path.absolute()).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def carry_out(rows: Sequence[Row], place: Place, tell: Callable[[str], None]) -> bool:
    """Run what rows lack, and return whether every seed of all has finished.

    Parameters
    ----------
    rows : sequence of Row
        The rows.
    place : Place
        Where.
    tell : function of str
        Gets a line for each row.

    Raises
    ------
    WriteError
        If the folder of a row cannot be made.
    """
    complete = True
    for row in rows:
        if place.is_complete(row):
            tell(f"{row.name}: {place.seeds} seeds, all finished before")
            continue
        tell(f"{row.name}: …")
        began = time.monotonic()
        log = place.output / f"{row.name}.log"
        make_folder(place.folder(row).parent)
        with log.open("ab") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "bpframe", *place.command(row)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
            try:
                process.wait()
            except BaseException:
                # On Ctrl-C it has heard of it itself; not of a signal that is for this process.
                process.terminate()
                process.wait()
                raise
        done = sum(run.finished for run in place.runs(row))
        more = "" if done >= place.seeds else f"; see {log}"
        complete = complete and not more
        seconds = time.monotonic() - began
        tell(f"{row.name}: {done} of {place.seeds} seeds have finished, {seconds:.0f} s{more}")
    return complete
