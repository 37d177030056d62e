"""Writes a run with MLflow: what the recorder's messages say."""

from __future__ import annotations

import getpass
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe_mlflow.limits import LONGEST_PARAM, LONGEST_TAG, dataset, key, text, texts
from bpframe_mlflow.patience import Patience
from bpframe_mlflow.store import sqlite_file
from bpframe_mlflow.view import missing_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

METRICS_A_CALL = 1000
PARAMS_A_CALL = 100
Message = dict[str, Any]


class Writer:
    """One run in a store.

    Parameters
    ----------
    start : dict
        The first message of a run.
    patience : Patience
        With a store that is locked.
    """

    def __init__(self, start: Message, patience: Patience) -> None:
        self._start = start
        self._patience = patience
        self._client, experiment_id = open_experiment(start, patience)
        tags = {
            "mlflow.source.name": start["source"],
            "mlflow.source.type": "LOCAL",
            **user(),
            **git_commit(),
            **start["tags"],
        }
        run = patience(
            lambda: self._client.create_run(
                experiment_id,
                milliseconds(start),
                texts(tags, LONGEST_TAG),
                text(start["name"], LONGEST_PARAM),
            )
        )
        self.run_id: str = run.info.run_id

    def describe(self) -> None:
        """Write the parameters of the run, and the data that it has."""
        from mlflow.entities import Dataset, DatasetInput, InputTag, Param

        params = [Param(k, v) for k, v in texts(self._start["params"], LONGEST_PARAM).items()]
        for i in range(0, len(params), PARAMS_A_CALL):
            self._log(params=params[i : i + PARAMS_A_CALL])
        described = Dataset(source_type="bpframe", schema=None, **dataset(self._start["dataset"]))
        inputs = [DatasetInput(described, [InputTag("mlflow.data.context", "training")])]
        self._patience(lambda: self._client.log_inputs(self.run_id, inputs))

    def write(self, batch: Message) -> None:
        """Write metrics, and what comes with the end of a run: tags and files."""
        from mlflow.entities import Metric, RunTag

        metrics = [
            Metric(key(name), value, milliseconds(message), message["step"])
            for message in batch["metrics"]
            for name, value in message["metrics"].items()
        ]
        for i in range(0, len(metrics), METRICS_A_CALL):
            self._log(metrics=metrics[i : i + METRICS_A_CALL])
        tags = [RunTag(k, v) for k, v in texts(batch.get("tags", {}), LONGEST_TAG).items()]
        if tags:
            self._log(tags=tags)
        for path in batch.get("artifacts", ()):
            self._client.log_artifact(self.run_id, path)

    def close(self, status: str) -> None:
        """Write how the run has ended."""
        self._patience(lambda: self._client.set_terminated(self.run_id, status))

    def _log(self, **entities: Any) -> None:
        self._patience(lambda: self._client.log_batch(self.run_id, **entities))


def open_experiment(start: Message, patience: Patience) -> tuple[MlflowClient, str]:
    """Return a client and the experiment's id; make the store and the experiment if need be."""
    from filelock import FileLock
    from mlflow import MlflowClient

    def find() -> tuple[MlflowClient, str]:
        client = MlflowClient(start["uri"])
        experiment = client.get_experiment_by_name(start["experiment"])
        if experiment is None:
            return client, client.create_experiment(start["experiment"], tags=missing_tags({}))
        for name, value in missing_tags(experiment.tags).items():
            client.set_experiment_tag(experiment.experiment_id, name, value)
        return client, experiment.experiment_id

    file = sqlite_file(start["uri"], Path())
    if file is None:
        return patience(find)
    # Two processes that create one fresh SQLite store at a time break it for good.
    lock = FileLock(file.with_name(f".{file.name}.lock"))
    with patience(lambda: lock.acquire(timeout=0)):
        return patience(find)


def milliseconds(message: Message) -> int:
    """Return the time of a message as MLflow counts it."""
    return int(message["time"] * 1000)


def user() -> dict[str, str]:
    """Return the user's name as a tag, if there is one."""
    with suppress(KeyError, OSError):
        return {"mlflow.user": getpass.getuser()}
    return {}


def git_commit() -> dict[str, str]:
    """Return the commit of the working folder as a tag, if it is in a git checkout."""
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return {"mlflow.source.git.commit": answer.stdout.strip()} if answer.returncode == 0 else {}
