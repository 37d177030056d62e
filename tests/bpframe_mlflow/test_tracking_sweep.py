"""The runs of a sweep, and of processes that start at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from recorded import QUICK, Work, jobs, sweep_of

pytestmark = pytest.mark.slow

TOGETHER = 8


def test_one_recorder_serves_all_runs_of_a_sweep(work: Work, stores):
    environment, notes = work.starts()
    choices = ("activation=sigmoid,tanh,softplus", "seed=0,1")
    result = work.run("-m", *choices, *QUICK, **environment)
    assert result.code == 0
    every = stores(work.folder)
    runs = jobs(every)
    assert sweep_of(every)["status"] == "FINISHED"
    assert len(every) == 7
    assert [run["status"] for run in runs] == ["FINISHED"] * 6
    given = [(run["params"]["activation.name"], run["params"]["seed"]) for run in runs]
    names = ("sigmoid", "tanh", "softplus")
    assert given == [(name, seed) for name in names for seed in "01"]
    assert [run["name"] for run in runs] == [f"{name} s{seed}" for name in names for seed in "01"]
    assert runs[-1]["tags"]["bpframe.name"] == "digits softplus+linear epochs=2 s1"
    (sweep,) = {run["tags"]["bpframe.sweep"] for run in runs}
    assert sweep
    (folder,) = work.folder.glob("multirun/*/*")
    for number, run in enumerate(runs):
        assert [step for step, *_ in run["metrics"]["train/cost"]] == [1, 2]
        assert f"seed={run['params']['seed']}" in run["tags"]["bpframe.overrides"]
        config = folder / str(number) / "config.yaml"
        assert Path(run["artifacts"]["config.yaml"]).read_text() == config.read_text()
    commands = notes.read_text().splitlines()
    assert [" -m bpframe_mlflow.recorder" in command for command in commands] == [False, True]
    assert not work.processes()


def test_runs_after_one_that_failed_are_recorded_as_what_they_are(work: Work, stores):
    choices = ("activation=relu", "optimizer.learning_rate=1e30,0.1", "tracking=mlflow,none")
    assert work.run("-m", *choices, *QUICK).code == 1
    first, second = stores(work.folder)
    assert [run["status"] for run in (first, second)] == ["FAILED", "FINISHED"]
    assert "error" not in second["tags"]
    assert [step for step, *_ in second["metrics"]["train/cost"]] == [1, 2]


@pytest.mark.slow
def test_processes_that_start_at_once_share_a_fresh_store(work: Work, stores):
    started = [
        work.bpframe(f"seed={seed}", "tracking.wait=600", *QUICK) for seed in range(TOGETHER)
    ]
    results = [one.result() for one in started]
    assert [(result.code, result.err) for result in results] == [(0, "")] * TOGETHER
    runs = stores(work.folder)
    assert sorted(run["params"]["seed"] for run in runs) == list("01234567")
    assert {run["status"] for run in runs} == {"FINISHED"}
    assert {len(run["metrics"]["train/cost"]) for run in runs} == {2}
    assert all({"config.yaml", "weights.npz"} <= run["artifacts"].keys() for run in runs)
    assert work.files() == [".mlflow.db.lock", "mlflow.db", "mlruns", "outputs"]
    with closing(sqlite3.connect(work.folder / "mlflow.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert len(store.execute("SELECT version_num FROM alembic_version").fetchall()) == 1


def test_the_experiment_of_a_sweep_may_follow_from_another_option(work: Work, stores):
    result = work.run("-m", "seed=0,1", "tracking.experiment=${data.name}", *QUICK)
    assert result.code == 0
    with closing(sqlite3.connect(work.folder / "mlflow.db")) as store:
        names = {name for (name,) in store.execute("SELECT name FROM experiments")}
    assert names == {"Default", "digits"}
