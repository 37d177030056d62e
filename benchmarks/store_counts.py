"""Compare what the runs have written into their folders with what a store holds of them."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import yaml

from bpframe import flat_options

Metrics = tuple[tuple[str, int, float], ...]
PARENT_TAG, SWEEP_TAG, NAME_TAG = "mlflow.parentRunId", "bpframe.varies", "bpframe.name"
# Of how long an epoch took, MLflow has what was said first, and epochs.csv what was said last.
SECONDS = "time/epoch_seconds"
FILES = ("epochs.csv", "weights.npz")


class Record(NamedTuple):
    """A run that has finished, as its folder or the store has it.

    Attributes
    ----------
    name : str
        Of the run.
    params : tuple of tuple
        Name and value of each option.
    metrics : tuple of tuple
        Name, step and value of each number, of the seconds the steps alone.
    files : tuple of str
        Digests of `FILES`.
    """

    name: str
    params: tuple[tuple[str, str], ...]
    metrics: Metrics
    files: tuple[str, ...]


class Held(NamedTuple):
    """A store.

    Attributes
    ----------
    finished : list of Record
        Its runs that have finished, but for those of sweeps.
    children : int
        How many of all have a parent.
    parents : list of str
        The status of each sweep's run.
    statuses : Counter of str
        Of all runs.
    """

    finished: list[Record]
    children: int
    parents: list[str]
    statuses: Counter[str]


def written(folder: Path) -> list[Record]:
    """Return the runs below a folder that have finished, from their files alone."""
    found = []
    for file in sorted(folder.rglob("outcome.json")):
        outcome = json.loads(file.read_text())
        if outcome["status"] == "finished":
            found.append(_written(file.parent, outcome["name"], outcome["figures"]))
    return found


def _written(folder: Path, name: str, figures: dict[str, dict[str, float]]) -> Record:
    options = flat_options(yaml.safe_load((folder / "config.yaml").read_text()))
    params = {k: v if isinstance(v, str) else json.dumps(v) for k, v in options.items()}
    metrics, last = set[tuple[str, int, float]](), 0
    with (folder / "epochs.csv").open() as lines:
        for row in csv.DictReader(lines):
            last = int(row.pop("epoch"))
            row.pop("seconds")
            metrics |= {(key, last, float(value)) for key, value in row.items() if value}
            metrics.add((SECONDS, last, 0.0))
    metrics |= {(key, last, float(figure["value"])) for key, figure in figures.items()}
    return Record(name, _sorted(params), tuple(sorted(metrics)), _digests(folder))


def held(store: Path, files: Path | None = None) -> Held:
    """Return what a SQLite file of MLflow holds, read without MLflow.

    Parameters
    ----------
    store : pathlib.Path
        The file.
    files : pathlib.Path, optional
        Where a server keeps the files of runs.
    """
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as opened:
        runs = opened.execute("SELECT run_uuid, status, artifact_uri FROM runs").fetchall()
        tags = {
            (run, key): value
            for run, key, value in opened.execute("SELECT run_uuid, key, value FROM tags")
        }
        finished = [
            Record(
                tags[run, NAME_TAG],
                _params(opened, run),
                _metrics(opened, run),
                _digests(_place(uri, files)),
            )
            for run, status, uri in runs
            if status == "FINISHED" and (run, SWEEP_TAG) not in tags
        ]
    sweeps = {run: status for run, status, _ in runs if (run, SWEEP_TAG) in tags}
    children = sum(tags.get((run, PARENT_TAG)) in sweeps for run, *_ in runs)
    statuses = Counter(status for _, status, _ in runs)
    return Held(finished, children, list(sweeps.values()), statuses)


def _params(opened: sqlite3.Connection, run: str) -> tuple[tuple[str, str], ...]:
    asked = "SELECT key, value FROM params WHERE run_uuid = ?"
    return _sorted(dict(opened.execute(asked, (run,)).fetchall()))


def _metrics(opened: sqlite3.Connection, run: str) -> Metrics:
    # Not a set: what is there twice is to be seen.
    asked = "SELECT key, step, value FROM metrics WHERE run_uuid = ?"
    rows = opened.execute(asked, (run,)).fetchall()
    return tuple(sorted((key, step, 0.0 if key == SECONDS else v) for key, step, v in rows))


def _place(uri: str, files: Path | None) -> Path:
    parts = urlsplit(uri)
    if parts.scheme == "mlflow-artifacts":
        assert files
        return files / parts.path.lstrip("/")
    return Path(unquote(parts.path))


def _digests(folder: Path) -> tuple[str, ...]:
    paths = [folder / name for name in FILES]
    return tuple(
        hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
        for path in paths
    )


def _sorted(values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))


def differences(folder: Path, store: Held) -> list[str]:
    """Return what of the finished runs below a folder is not in a store exactly once."""
    ours, theirs = Counter(written(folder)), Counter(store.finished)
    found = [f"missing: {_shown(record, theirs)}" for record in (ours - theirs).elements()]
    return found + [f"too many: {record.name}" for record in (theirs - ours).elements()]


def _shown(record: Record, theirs: Counter[Record]) -> str:
    """Return a run's name, and in what the one of that name and options is not the same."""
    for other in theirs:
        if (other.name, other.params) == record[:2]:
            metrics = set(record.metrics) ^ set(other.metrics)
            return f"{record.name}: {sorted(metrics)[:3]} {record.files == other.files}"
    return record.name


def total(records: list[Record]) -> str:
    """Return how much there is, in words."""
    params = sum(len(record.params) for record in records)
    metrics = sum(len(record.metrics) for record in records)
    return f"{len(records)} runs, {params:,} params, {metrics:,} metrics"
