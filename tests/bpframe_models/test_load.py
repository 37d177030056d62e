"""`bpframe.load` finds a run by its folder, its name, its ID and that of MLflow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kept_models import keep
from recorded_runs import record

import bpframe
from bpframe import Model, Network, Numbers
from bpframe.errors import ConfigError, DataError
from bpframe_activations import Sigmoid, Tanh
from bpframe_initializers import ScaledNormal

RUN_ID = "0123456789abcdef" * 2


def model() -> Model:
    network = Network([2, 3, 2], Tanh(), ScaledNormal(), output_activation=Sigmoid())
    return Model("points", network, Numbers((2,)), ("left", "right"))


def trained(folder: Path) -> Path:
    return keep(model(), folder, name="points tanh s0")


def test_a_run_is_found_by_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = trained(tmp_path / "outputs/day/time")
    known = {"uri": "sqlite:///mlflow.db", "experiment": "bpframe", "id": "1", "run_id": RUN_ID}
    (folder / "mlflow.json").write_text(json.dumps(known))
    (run,) = bpframe.find_runs(folder)
    x = [[-1.0, 0.5], [2.0, 1.0]]
    for called in (folder, str(folder), folder / "model.json", run.id, run.outcome.name, RUN_ID):
        found = bpframe.load(called)
        assert (found.outputs(x) == model().outputs(x)).all()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert bpframe.load("~/outputs/day/time").predict(x).tolist() == model().predict(x).tolist()


def test_what_is_no_run_or_has_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="there is no tomorrow; a run is the folder of a run"):
        bpframe.load("tomorrow")
    with pytest.raises(DataError, match=r"holds no model\.json"):
        bpframe.load(record(tmp_path / "outputs/day/time"))


def test_a_plugin_file_is_needed_again(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run")
    text = (folder / "model.json").read_text()
    mine = text.replace("bpframe_activations.tanh:Tanh", "bpframe.local.mine:Mine")
    (folder / "model.json").write_text(mine)
    with pytest.raises(DataError, match="its plugin is needed again: bpframe -P FILE"):
        bpframe.load(folder)
