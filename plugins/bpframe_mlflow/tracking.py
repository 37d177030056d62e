"""The training process's side of the recorder."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bpframe import Epoch, Run, __version__, flat_options, typed_command
from bpframe.errors import ConfigError
from bpframe_mlflow.process import Recorder, recorder
from bpframe_mlflow.store import absolute, check_uri, is_server, sqlite_file, store_uri

log = logging.getLogger("bpframe")


class Tracking:
    """Records a run in a process of its own: a context around the run.

    Parameters
    ----------
    run : Run
        What is recorded.
    uri, experiment : str
        The MLflow store, and the experiment that the run belongs to.

    Raises
    ------
    ConfigError
        If MLflow knows no such store, or the folder of a SQLite store cannot be written.
    """

    def __init__(self, run: Run, uri: str, experiment: str) -> None:
        check_uri(uri, "tracking.uri")
        check_writable(uri, run.cwd)
        if not experiment.strip():
            raise ConfigError("tracking.experiment is empty; give it a name")
        self._run = run
        self._uri = uri
        self._recorder: Recorder = recorder(run.cwd)
        self._recorder.send(
            folder=str(run.folder.absolute()),
            goes_on=bool(run.epochs),
            uri=absolute(uri, run.cwd),
            time=time.time(),
            experiment=experiment,
            name=run.name,
            source="bpframe " + " ".join(run.overrides),
            params=params(run.config),
            tags=tags(run),
            dataset=dataset(run),
        )
        # Of a run that goes on; what is there already, the recorder leaves out.
        for epoch in run.epochs:
            self.log_epoch(epoch)

    def log_epoch(self, epoch: Epoch) -> None:
        """Hand the metrics of an epoch over, and how long it took."""
        # Epoch 0 took no time: nothing was trained.
        seconds = {"time/epoch_seconds": epoch.seconds} if epoch.number else {}
        self.log(epoch.metrics | seconds, epoch.number)

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Hand metrics of an epoch over; the recorder collects them."""
        numbers = {name: float(value) for name, value in metrics.items()}
        self._recorder.send(metrics=numbers, step=step, time=time.time())

    def __enter__(self) -> Tracking:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        run = self._run
        last = run.epochs[-1] if run.epochs else None
        step = last.number if last else 0
        new = {n: f.value for n, f in run.figures.items() if not last or n not in last.metrics}
        self.log(new, step)
        tags = {f"selected.{name}": figure.selected for name, figure in run.figures.items()}
        if run.stopped:
            tags["stopped"] = run.stopped
        if error:
            tags["error"] = str(error) or type(error).__name__
        self._recorder.send(
            end=status(error),
            tags=tags,
            artifacts=[str(path) for path in run.artifacts],
        )
        answer = self._recorder.answer(f"MLflow writes the run to {self._uri}", status(error))
        if "error" in answer:
            whole = "recorded only in part" if "run_id" in answer else "not recorded"
            log.warning("warning: the run was %s: %s", whole, answer["error"])
        else:
            run.notes.append(f"MLflow run: {run.name} ({answer['run_id']})")
            run.notes.append(f"to look at it: {page(self._uri)}")


def page(uri: str) -> str:
    """Return what opens the page of a store."""
    if is_server(uri):
        return uri
    return typed_command("ui") if uri == store_uri(None) else typed_command("ui", "--uri", uri)


def status(error: BaseException | None) -> str:
    """Return MLflow's status of a run that ended with an error, or with None."""
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def check_writable(uri: str, folder: Path) -> None:
    """Raise a ConfigError now if a SQLite store could not be written at the end."""
    path = sqlite_file(uri, folder)
    if path is None:
        return
    target = path if path.exists() else path.parent
    if not path.parent.is_dir() or path.is_dir() or not os.access(target, os.W_OK):
        raise ConfigError(
            f"tracking.uri is {uri}, but {target.resolve()} cannot be written; "
            "choose another, or tracking=none"
        )


def params(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the options of a run as texts, by their dotted names."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, default=str)
        for name, value in flat_options(config).items()
    }


def tags(run: Run) -> dict[str, str]:
    """Return what identifies the code and the run."""
    identity = {
        "bpframe.version": __version__,
        "bpframe.plugins": "\n".join(run.plugins),
        "bpframe.overrides": " ".join(run.overrides),
        "seed": str(run.seed),
    }
    return identity | ({"bpframe.sweep": run.sweep} if run.sweep else {})


def dataset(run: Run) -> dict[str, str]:
    """Return the data set as MLflow describes one: name, digest, source and profile."""
    samples = {name: len(split) for name, split in run.data.splits().items()}
    profile = {"samples": samples, "inputs": run.data.n_inputs, "outputs": run.data.n_outputs}
    return {
        "name": run.data.name,
        "digest": run.data.fingerprint,
        "source": json.dumps(run.config["data"], default=str),
        "profile": json.dumps(profile),
    }
