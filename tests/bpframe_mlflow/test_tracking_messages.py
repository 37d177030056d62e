"""What goes from the training to the recorder, and how the recorder takes it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from recorded import QUIET, SECONDS, Work, clean_environment

from bpframe_mlflow.tracking import params

COUNTS = '''\
"""Takes the recorder's place, and notes every message to it."""
import json
import bpframe
from bpframe_mlflow import tracking

class Notes:
    def send(self, **message):
        with open("writes.txt", "a") as file:
            file.write(json.dumps(message) + "\\n")

    def answer(self, doing, status):
        return {"run_id": "0"}

tracking.recorder = lambda cwd: Notes()

@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    with open("writes.txt", "a") as file:
        file.write(f"EPOCH {epoch.number}\\n")
'''
START = {
    "experiment": "bpframe",
    "name": "a name",
    "time": 0.0,
    "folder": ".",
    "goes_on": False,
    "source": "bpframe",
    "params": {"seed": "0"},
    "tags": {},
    "dataset": {"name": "d", "digest": "0", "source": "{}", "profile": "{}"},
}


def writes(work: Work, epochs: int) -> list[str]:
    """Return the lines that a run gives to its recorder, and where its epochs end."""
    plugin = work.plugin(COUNTS)
    result = work.run("-P", plugin, "plots=none", "console=none", f"trainer.epochs={epochs}")
    assert (result.code, result.err) == (0, "")
    return (work.folder / "writes.txt").read_text().splitlines()


def test_an_epoch_costs_one_message(work: Work):
    lines = writes(work, 12)
    ends = [number for number, line in enumerate(lines) if line.startswith("EPOCH")]
    assert len(ends) == 12
    # Between the ends of two epochs lies one message, with all that the epoch gave.
    assert {after - before for before, after in itertools.pairwise(ends)} == {2}
    messages = [json.loads(line) for line in lines if not line.startswith("EPOCH")]
    start, *epochs, figures, end = messages
    assert start["uri"] == f"sqlite:///{work.folder}/mlflow.db"
    assert [message["step"] for message in epochs] == list(range(1, 13))
    assert all(message.keys() == {"metrics", "step", "time"} for message in epochs)
    assert "test/accuracy" in figures["metrics"]
    assert end["end"] == "FINISHED"


def as_line(message: dict[str, Any]) -> str:
    return json.dumps(message) + "\n"


def start_in(folder: Path) -> dict[str, Any]:
    """Return the first message of a run in a folder, whose store lies there, too."""
    where = {"folder": str(folder), "goes_on": False}
    return START | where | {"uri": f"sqlite:///{folder}/mlflow.db"}


def feed_recorder(folder: Path, messages: str) -> subprocess.CompletedProcess[str]:
    """Start a recorder, and give it messages and then the end of its input."""
    return subprocess.run(
        [sys.executable, "-m", "bpframe_mlflow.recorder"],
        input=messages,
        cwd=folder,
        env=clean_environment() | QUIET,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["", '{"metrics": {"train/co'], ids=["between lines", "in a line"])
def test_the_recorder_ends_when_its_input_does(tmp_path: Path, stores, cut):
    start = start_in(tmp_path)
    # More than MLflow takes in one call.
    metrics = [{"metrics": {"train/cost": 1 / n}, "step": n, "time": n} for n in range(1, 2501)]
    done = feed_recorder(tmp_path, "".join(map(as_line, (start, *metrics))) + cut)
    assert (done.returncode, done.stderr) == (0, "")
    run = stores.only(tmp_path)
    assert json.loads(done.stdout) == {"run_id": run["id"]}
    assert run["status"] == "KILLED"
    assert run["metrics"]["train/cost"] == [[n, 1 / n, 1000 * n] for n in range(1, 2501)]


@pytest.mark.slow
def test_a_run_that_mlflow_cannot_describe_is_closed(tmp_path: Path, stores):
    start = start_in(tmp_path)
    messages = (start, {"end": "FINISHED", "artifacts": [str(tmp_path / "missing.png")]})
    done = feed_recorder(tmp_path, "".join(map(as_line, messages)))
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert "missing.png" in answer["error"]
    run = stores.only(tmp_path)
    assert (run["id"], run["status"]) == (answer["run_id"], "FAILED")


def test_nested_values_get_dotted_names():
    config = {"a": {"b": {"c": None}, "d": [1, 2]}, "e": "text", "f": True, "g": 0.1}
    expected = {"a.b.c": "null", "a.d": "[1, 2]", "e": "text", "f": "true", "g": "0.1"}
    assert params(config) == expected
