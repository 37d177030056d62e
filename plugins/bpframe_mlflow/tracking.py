"""The training process's side of the recorder."""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from bpframe import Run, __version__, typed_command
from bpframe.errors import ConfigError
from bpframe_mlflow.store import SQLITE, absolute, environment, store_uri

LONGEST_DIGEST = 36
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
        If the folder of a SQLite store cannot be written.
    """

    def __init__(self, run: Run, uri: str, experiment: str) -> None:
        check_writable(uri, run.cwd)
        self._run = run
        self._page = page(uri)
        self._process = recorder(run.cwd)
        self._send(
            uri=absolute(uri, run.cwd),
            time=time.time(),
            experiment=experiment,
            name=run.name,
            source="bpframe " + " ".join(run.overrides),
            params=flatten(run.config),
            tags=tags(run),
            dataset=dataset(run),
        )

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Hand metrics of an epoch over; the recorder collects them."""
        numbers = {name: float(value) for name, value in metrics.items()}
        self._send(metrics=numbers, step=step, time=time.time())

    def __enter__(self) -> Tracking:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        run = self._run
        last = run.epochs[-1] if run.epochs else None
        step = last.number if last else 0
        new = {n: f.value for n, f in run.figures.items() if not last or n not in last.metrics}
        self.log(new, step)
        self._send(
            end=status(error),
            tags={f"selected.{name}": figure.selected for name, figure in run.figures.items()}
            | ({"error": str(error) or type(error).__name__} if error else {}),
            artifacts=[str(path) for path in run.artifacts],
        )
        answer = self._answer()
        if "run_id" in answer:
            run.notes.append(f"MLflow run: {run.name} ({answer['run_id']})")
            run.notes.append(f"to look at it: {self._page}")
        else:
            log.warning("the run was not recorded: %s", answer["error"])

    def _send(self, **message: Any) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message, default=str) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # The recorder has died; its answer, or the lack of one, says so at the end.

    def _answer(self) -> dict[str, str]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            close(self._process)
            return {"error": f"the recorder ended with exit code {self._process.returncode}"}
        answer: dict[str, str] = json.loads(line)
        return answer


# By the process that started it: what was forked from it must not write into its pipe.
_processes: dict[int, subprocess.Popen[str]] = {}


def recorder(cwd: Path) -> subprocess.Popen[str]:
    """Return the recorder of this process: one serves all runs of a sweep."""
    if os.getpid() not in _processes:
        process = subprocess.Popen(
            [sys.executable, "-m", "bpframe_mlflow.recorder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=cwd,
            # Ctrl-C is for the training; the recorder ends when its input does.
            start_new_session=True,
        )
        _processes[os.getpid()] = process
        atexit.register(close, process)
    return _processes[os.getpid()]


def close(process: subprocess.Popen[str]) -> None:
    """End the recorder; closing it again does nothing."""
    if _processes.get(os.getpid()) is process:
        del _processes[os.getpid()]
        # Who interrupts again need not wait: the recorder ends by itself when its input does.
        with suppress(KeyboardInterrupt):
            process.communicate()


def page(uri: str) -> str:
    """Return what opens the page of a store."""
    if uri.startswith(("http://", "https://")):
        return uri
    return typed_command("ui") if uri == store_uri(None) else typed_command("ui", "--uri", uri)


def status(error: BaseException | None) -> str:
    """Return MLflow's status of a run that ended with an error, or with None."""
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def check_writable(uri: str, folder: Path) -> None:
    """Raise a ConfigError now if a SQLite store could not be written at the end."""
    if not uri.startswith(SQLITE):
        return
    path = folder / uri.removeprefix(SQLITE)
    target = path if path.exists() else path.parent
    if not path.parent.is_dir() or path.is_dir() or not os.access(target, os.W_OK):
        raise ConfigError(
            f"tracking.uri is {uri}, but {target.resolve()} cannot be written; "
            "choose another, or tracking=none"
        )


def flatten(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested values under dotted names, as texts."""
    flat: dict[str, str] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value if isinstance(value, str) else json.dumps(value, default=str)
    return flat


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
    parts = {name: len(split) for name, split in run.data.parts().items()}
    profile = {"samples": parts, "inputs": run.data.n_inputs, "outputs": run.data.n_outputs}
    return {
        "name": run.data.name,
        "digest": run.data.fingerprint[:LONGEST_DIGEST],
        "source": json.dumps(run.config["data"], default=str),
        "profile": json.dumps(profile),
    }
