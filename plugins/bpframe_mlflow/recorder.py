"""The recorder process: reads messages, one JSON object a line, and writes them with MLflow.

The first message describes a run; the others are ``{"metrics": {…}, "step": …, "time": …}``
and at last ``{"end": STATUS, …}``. Then one line is answered, ``{"run_id": …}`` or
``{"error": …}``, and the next run may follow. An input that stops before the end of a run means
that the training process has died.
"""

from __future__ import annotations

import gc
import getpass
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bpframe_mlflow.store import SQLITE

if TYPE_CHECKING:
    from mlflow import MlflowClient

FLUSH_SECONDS = 5.0
METRICS_A_CALL = 1000
PARAMS_A_CALL = 100
LONGEST_PARAM = 6000
LONGEST_TAG = 5000
Message = dict[str, Any]


def main() -> None:
    """Record the runs that standard input describes, one after another."""
    # Collecting garbage while MLflow is imported takes half a second and finds none.
    gc.disable()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # What MLflow and its libraries print must not be taken for an answer.
    os.dup2(2, 1)
    messages: queue.Queue[Message] = queue.Queue()
    # Reading goes on while MLflow is imported, so that the training never waits for the pipe.
    threading.Thread(target=read, args=(sys.stdin, messages), daemon=True).start()
    while "end" not in (start := messages.get()):
        try:
            answer = {"run_id": record(start, messages)}
        except Exception as error:
            first = str(error).partition("\n")[0]
            answer = {"error": f"{type(error).__name__}: {first}"}
        # A training process that was killed reads no answer.
        with suppress(BrokenPipeError):
            answers.write(json.dumps(answer) + "\n")


def read(lines: IO[str], messages: queue.Queue[Message]) -> None:
    """Put every line into the queue, and behind the last one the end of the run and of all."""
    # A training process that was killed may leave half a line.
    with suppress(json.JSONDecodeError):
        for line in lines:
            messages.put(json.loads(line))
    messages.put({"end": "KILLED"})
    messages.put({"end": "of all runs"})


def record(start: Message, messages: queue.Queue[Message]) -> str:
    """Create a run, write what arrives until its end, and return the run's id."""
    message = start
    try:
        client, run_id = open_run(start)
        status = "FAILED"
        try:
            describe(client, run_id, start)
            for message in batches(messages):
                write(client, run_id, message)
                if "end" not in message:
                    gc.enable()
            status = message["end"]
        finally:
            client.set_terminated(run_id, status)
    finally:
        # What is left of this run must not be taken for the next one's start.
        while "end" not in message:
            message = messages.get()
    return run_id


def batches(messages: queue.Queue[Message]) -> Iterator[Message]:
    """Yield what has come together, every few seconds and at the end of the run."""
    message: Message = {}
    while "end" not in message:
        due = time.monotonic() + FLUSH_SECONDS
        metrics: list[Message] = []
        while "end" not in message and (wait := due - time.monotonic()) > 0:
            try:
                message = messages.get(timeout=wait)
            except queue.Empty:
                break
            if "metrics" in message:
                metrics.append(message)
        yield {**message, "metrics": metrics}


def open_run(start: Message) -> tuple[MlflowClient, str]:
    """Create a run, and the store and the experiment if need be."""
    from mlflow import MlflowClient

    # Two processes that create one fresh SQLite store at a time break it for good.
    with store_lock(start["uri"]):
        client = MlflowClient(start["uri"])
        experiment = client.get_experiment_by_name(start["experiment"])
        if experiment is None:
            experiment_id = client.create_experiment(start["experiment"])
        else:
            experiment_id = experiment.experiment_id
    tags = {
        "mlflow.source.name": start["source"],
        "mlflow.source.type": "LOCAL",
        **user(),
        **git_commit(),
        **start["tags"],
    }
    run = client.create_run(
        experiment_id, milliseconds(start), short(tags, LONGEST_TAG), run_name=start["name"]
    )
    run_id: str = run.info.run_id
    return client, run_id


def describe(client: MlflowClient, run_id: str, start: Message) -> None:
    """Write the parameters of a run, and the data that it has."""
    from mlflow.entities import Dataset, DatasetInput, InputTag, Param

    params = [Param(k, v) for k, v in short(start["params"], LONGEST_PARAM).items()]
    for i in range(0, len(params), PARAMS_A_CALL):
        client.log_batch(run_id, params=params[i : i + PARAMS_A_CALL])
    dataset = Dataset(source_type="bpframe", schema=None, **start["dataset"])
    context = InputTag("mlflow.data.context", "training")
    client.log_inputs(run_id, [DatasetInput(dataset, [context])])


def store_lock(uri: str) -> Any:
    """Return a lock on the file of a SQLite store, nothing for other stores."""
    from filelock import FileLock

    if not uri.startswith(SQLITE):
        return nullcontext()
    path = Path(uri.removeprefix(SQLITE))
    return FileLock(path.with_name(f".{path.name}.lock"))


def write(client: MlflowClient, run_id: str, batch: Message) -> None:
    """Write metrics, and what comes with the end of a run: tags and files."""
    from mlflow.entities import Metric, RunTag

    metrics = [
        Metric(key, value, milliseconds(message), message["step"])
        for message in batch["metrics"]
        for key, value in message["metrics"].items()
    ]
    for i in range(0, len(metrics), METRICS_A_CALL):
        client.log_batch(run_id, metrics=metrics[i : i + METRICS_A_CALL])
    tags = [RunTag(k, v) for k, v in short(batch.get("tags", {}), LONGEST_TAG).items()]
    if tags:
        client.log_batch(run_id, tags=tags)
    for path in batch.get("artifacts", ()):
        client.log_artifact(run_id, path)


def milliseconds(message: Message) -> int:
    """Return the time of a message as MLflow counts it."""
    return int(message["time"] * 1000)


def short(texts: dict[str, str], longest: int) -> dict[str, str]:
    """Return the texts cut to what MLflow holds."""
    return {key: text[:longest] for key, text in texts.items()}


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


if __name__ == "__main__":
    main()
    # Everything is written; taking MLflow's modules apart takes another half second.
    os._exit(0)
