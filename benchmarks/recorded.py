"""Counts what a store has of a sweep against what its runs wrote into their folders.

``python benchmarks/recorded.py FOLDER URI EXPERIMENT`` exits with 1 if a run is missing, is there
twice, has another status than in its folder, or a figure or an epoch that is another one.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bpframe import RecordedRun, find_runs

STATUS = {"finished": "FINISHED", "failed": "FAILED", "interrupted": "KILLED"}


def main(folder: Path, uri: str, experiment: str) -> int:
    """Print the counts and each difference, and return the exit code."""
    from mlflow import MlflowClient

    client = MlflowClient(uri)
    found = client.get_experiment_by_name(experiment)
    stored = _all_runs(client, found.experiment_id) if found else []
    by_name: dict[str, list[Any]] = {}
    for run in stored:
        by_name.setdefault(run.data.tags.get("bpframe.name", ""), []).append(run)
    runs = [run for run in find_runs(folder) if run.outcome.mark]
    wrong = [line for run in runs for line in _differences(client, run, by_name)]
    epochs = sum(len(run.epochs()) for run in runs)
    print(f"in the folders: {_counts(r.outcome.status for r in runs)}; {epochs} epochs")
    print(f"in the store: {_counts(r.info.status for r in stored)}, the sweep itself among them")
    print("\n".join(wrong) or "every run is there once, with its status, figures and epochs")
    return int(bool(wrong))


def _all_runs(client: Any, experiment: str) -> list[Any]:
    runs, token = [], None
    while True:
        page = client.search_runs([experiment], max_results=1000, page_token=token)
        runs.extend(page)
        if not (token := page.token):
            return runs


def _differences(client: Any, run: RecordedRun, by_name: dict[str, list[Any]]) -> list[str]:
    outcome, name = run.outcome, run.outcome.name
    there = by_name.get(name, [])
    if len(there) != 1:
        return [f"{name}: {len(there)} times in the store"]
    (stored,) = there
    wrong = []
    if stored.info.status != STATUS.get(outcome.status):
        wrong.append(f"{name}: {stored.info.status} in the store, {outcome.status} in its folder")
    for figure, entry in outcome.figures.items():
        value = stored.data.metrics.get(figure, math.nan)
        if value != entry["value"]:
            wrong.append(f"{name}: {figure} is {value}, and {entry['value']} here")
    steps = [m.step for m in client.get_metric_history(stored.info.run_id, "train/cost")]
    if steps != [int(epoch["epoch"]) for epoch in run.epochs()]:
        wrong.append(f"{name}: train/cost of the epochs {steps} in the store")
    return wrong


def _counts(statuses: Any) -> str:
    counts = Counter(statuses)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:4]))
