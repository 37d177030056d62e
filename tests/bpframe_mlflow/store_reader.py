"""Reads MLflow stores for the tests, in a process of its own: MLflow takes seconds to import.

Each line of standard input is the address of a store; each is answered by one line of JSON: a
list of its runs from the oldest to the newest, or what went wrong.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer one line after another."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    from mlflow import MlflowClient

    for line in sys.stdin:
        uri = line.strip()
        try:
            answer: Any = runs(MlflowClient(uri))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


def runs(client: Any) -> list[dict[str, Any]]:
    """Return everything that a store holds about its runs."""
    experiments = {e.experiment_id: e.name for e in client.search_experiments()}
    found = client.search_runs(list(experiments), order_by=["attributes.start_time ASC"])
    return [
        {
            "id": run.info.run_id,
            "name": run.info.run_name,
            "experiment_id": run.info.experiment_id,
            "experiment": experiments[run.info.experiment_id],
            "status": run.info.status,
            "start": run.info.start_time,
            "end": run.info.end_time,
            "params": run.data.params,
            "tags": run.data.tags,
            "metrics": {name: history(client, run, name) for name in run.data.metrics},
            "datasets": [dataset(given) for given in run.inputs.dataset_inputs],
            "artifacts": artifacts(run.info.artifact_uri),
        }
        for run in found
    ]


def history(client: Any, run: Any, name: str) -> list[list[float]]:
    """Return step, value and time of every value of a metric."""
    values = client.get_metric_history(run.info.run_id, name)
    return [[value.step, value.value, value.timestamp] for value in values]


def dataset(given: Any) -> dict[str, Any]:
    """Return what is said about a data set."""
    tags = {tag.key: tag.value for tag in given.tags}
    names = ("name", "digest", "source", "profile")
    return {name: getattr(given.dataset, name) for name in names} | {"tags": tags}


def artifacts(uri: str) -> dict[str, str]:
    """Return the files of a run by name, but for those of its model."""
    folder = Path(uri.removeprefix("file://"))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {f.name: str(f) for f in files if folder / "model" not in f.parents}


if __name__ == "__main__":
    main()
