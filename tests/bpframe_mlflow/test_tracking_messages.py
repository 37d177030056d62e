"""What a run writes into its journal, and how the recorder takes it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from recorded import QUIET, SECONDS, Work, clean_environment

from bpframe_mlflow import opened
from bpframe_mlflow.description import params

START = {
    "event": "begin",
    "id": "0",
    "experiment": "bpframe",
    "name": "a name",
    "time": 0.0,
    "origin": {},
    "params": {"seed": "0"},
    "tags": {},
}


def write_journal(folder: Path, *events: dict[str, Any]) -> Path:
    """Write a journal, note it as open in a folder, and return its own folder."""
    own = folder / "run"
    own.mkdir(exist_ok=True)
    with (own / "journal.jsonl").open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    opened.note(folder / opened.PLACE, "0", own, "token")
    return own


def start_in(folder: Path) -> dict[str, Any]:
    """Return the first event of a run whose store is in a folder."""
    return START | {"uri": f"sqlite:///{folder}/mlflow.db"}


def feed_recorder(folder: Path) -> dict[str, Any]:
    """Let a recorder carry what is open in a folder; return the last that it has told."""
    done = subprocess.run(
        [sys.executable, "-m", "bpframe_mlflow.recorder", folder / opened.PLACE, "token"],
        cwd=folder,
        env=clean_environment() | QUIET,
        input="",
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_an_epoch_costs_one_line(work: Work, default_run, record):
    lines = (default_run.run_folder / "journal.jsonl").read_text().splitlines()
    begin, *epochs, figures, end = map(json.loads, lines)
    assert begin["uri"] == f"sqlite:///{default_run.folder}/mlflow.db"
    assert [event["step"] for event in epochs] == list(range(1, 31))
    assert all(event.keys() == {"event", "metrics", "step", "time"} for event in epochs)
    assert "test/accuracy" in figures["metrics"]
    assert end["status"] == "FINISHED"
    marker = json.loads((default_run.run_folder / "mlflow.json").read_text())
    assert (marker["run_id"], marker["status"]) == (record["id"], "FINISHED")
    assert marker["carried"] == sum(len(line) + 1 for line in lines)


METRICS = [
    {"event": "metrics", "metrics": {"train/cost": 1 / n}, "step": n, "time": n}
    for n in range(1, 2501)
]
END = {"event": "end", "status": "FINISHED", "tags": {}, "artifacts": [], "time": 2501.0}


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["", '{"event": "metr'], ids=["between lines", "in a line"])
def test_a_run_whose_process_is_gone_is_closed(tmp_path: Path, stores, cut):
    # More than MLflow takes in one call.
    own = write_journal(tmp_path, start_in(tmp_path), *METRICS)
    with (own / "journal.jsonl").open("a") as file:
        file.write(cut)
    told = feed_recorder(tmp_path)
    run = stores.only(tmp_path)
    assert told == {"done": "0", "run_id": run["id"]}
    assert run["status"] == "KILLED"
    assert run["metrics"]["train/cost"] == [[n, 1 / n, 1000 * n] for n in range(1, 2501)]
    assert not (tmp_path / ".bpframe").exists()


@pytest.mark.slow
def test_whatever_was_not_noted_is_not_recorded_twice(tmp_path: Path, stores):
    data = {"name": "d", "digest": "0", "source": "{}", "profile": "{}"}
    own = write_journal(tmp_path, start_in(tmp_path) | {"dataset": data}, *METRICS[:3], END)
    feed_recorder(tmp_path)
    before = stores.only(tmp_path)
    marker = json.loads((own / "mlflow.json").read_text())
    # As kills leave it: before anything is noted, and before the run's ID is.
    for noted in ({"carried": 0, "status": ""}, {"carried": 0, "status": "", "run_id": ""}):
        (own / "mlflow.json").write_text(json.dumps(marker | noted))
        write_journal(tmp_path)
        assert feed_recorder(tmp_path) == {"done": "0", "run_id": before["id"]}
        assert stores.only(tmp_path) == before


@pytest.mark.slow
def test_a_file_that_is_missing_is_passed_over(tmp_path: Path, stores):
    end = END | {"artifacts": ["missing.png", "there.txt"]}
    own = write_journal(tmp_path, start_in(tmp_path), end)
    (own / "there.txt").write_text("there")
    feed_recorder(tmp_path)
    run = stores.only(tmp_path)
    assert (run["status"], [*run["artifacts"]]) == ("FINISHED", ["there.txt"])


@pytest.mark.slow
def test_a_run_that_is_taken_out_of_the_store_becomes_another_one(tmp_path: Path, stores):
    write_journal(tmp_path, start_in(tmp_path), *METRICS[:2])
    feed_recorder(tmp_path)
    with closing(sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)) as store:
        store.execute("UPDATE runs SET lifecycle_stage = 'deleted'")
    write_journal(tmp_path, *METRICS[2:4], END)
    feed_recorder(tmp_path)
    run = stores.only(tmp_path)
    assert run["status"] == "FINISHED"
    assert [step for step, *_ in run["metrics"]["train/cost"]] == [1, 2, 3, 4]


def test_nested_values_get_dotted_names():
    config = {"a": {"b": {"c": None}, "d": [1, 2]}, "e": "text", "f": True, "g": 0.1}
    expected = {"a.b.c": "null", "a.d": "[1, 2]", "e": "text", "f": "true", "g": "0.1"}
    assert params(config) == expected
