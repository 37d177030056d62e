"""Writes a run with MLflow: what the recorder's messages say."""

from __future__ import annotations

import getpass
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpframe_mlflow.limits import LONGEST_PARAM, LONGEST_TAG, dataset, key, text, texts
from bpframe_mlflow.marker import marked_run, write_marker
from bpframe_mlflow.patience import Patience
from bpframe_mlflow.store import sqlite_file
from bpframe_mlflow.view import missing_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

METRICS_A_CALL = 1000
PARAMS_A_CALL = 100
# In front of an option's name: what it is now, in a run that went on.
CHANGED = "changed."
# Tags that say how a run has ended.
OF_ITS_END = {"error", "stopped"}
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
        self._before = self._opened_again(tags)
        if self._before:
            self.run_id: str = self._before.info.run_id
        else:
            run = patience(
                lambda: self._client.create_run(
                    experiment_id,
                    milliseconds(start),
                    texts(tags, LONGEST_TAG),
                    text(start["name"], LONGEST_PARAM),
                )
            )
            self.run_id = run.info.run_id
        self._known = self._metrics_of(self._before)
        write_marker(start, self.run_id)

    def describe(self) -> None:
        """Write the parameters of the run, and the data that it has."""
        from mlflow.entities import Dataset, DatasetInput, InputTag, Param, RunTag

        wanted = texts(self._start["params"], LONGEST_PARAM)
        known = self._before.data.params if self._before else {}
        params = [Param(name, value) for name, value in wanted.items() if name not in known]
        for i in range(0, len(params), PARAMS_A_CALL):
            self._log(params=params[i : i + PARAMS_A_CALL])
        # What MLflow has once as a parameter it never changes.
        changed = {f"{CHANGED}{n}": v for n, v in wanted.items() if known.get(n, v) != v}
        if changed:
            self._log(tags=[RunTag(*tag) for tag in texts(changed, LONGEST_TAG).items()])
        inputs = self._before.inputs if self._before else None
        if inputs and inputs.dataset_inputs:
            return
        described = Dataset(source_type="bpframe", schema=None, **dataset(self._start["dataset"]))
        of_run = [DatasetInput(described, [InputTag("mlflow.data.context", "training")])]
        self._patience(lambda: self._client.log_inputs(self.run_id, of_run))

    def write(self, batch: Message) -> None:
        """Write metrics, and what comes with the end of a run: tags and files."""
        from mlflow.entities import Metric, RunTag

        metrics = [
            Metric(key(name), value, milliseconds(message), message["step"])
            for message in batch["metrics"]
            for name, value in message["metrics"].items()
            if (key(name), message["step"]) not in self._known
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

    def _opened_again(self, tags: Mapping[str, str]) -> Run | None:
        """Return the run that goes on, running again; None if a new one is to be made."""
        from mlflow.entities import RunTag
        from mlflow.exceptions import MlflowException

        run_id = marked_run(self._start)
        if run_id is None:
            return None
        try:
            before = self._patience(lambda: self._client.get_run(run_id))
        except MlflowException as error:
            # Somebody has taken it out of the store.
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        if before.info.lifecycle_stage != "active":
            return None
        name = text(self._start["name"], LONGEST_PARAM)
        self._patience(lambda: self._client.update_run(run_id, "RUNNING", name))
        self.run_id = run_id
        self._log(tags=[RunTag(*tag) for tag in texts(tags, LONGEST_TAG).items()])
        for tag in OF_ITS_END & before.data.tags.keys():
            self._patience(partial(self._client.delete_tag, run_id, tag))
        return before

    def _metrics_of(self, run: Run | None) -> set[tuple[str, int]]:
        """Return the metrics that a run has, each with its step."""
        return {
            (name, metric.step)
            for name in (run.data.metrics if run else ())
            for metric in self._patience(
                partial(self._client.get_metric_history, self.run_id, name)
            )
        }

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
