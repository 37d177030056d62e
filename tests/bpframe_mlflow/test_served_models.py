"""A run's network as a model of MLflow: it is loaded, registered and served."""

from __future__ import annotations

import json
import logging
import os
import sys
import urllib.error
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from kept_models import keep
from recorded import Started, Work, free_port, get, wait_until

from bpframe import Column, Columns, Model, Network, Numbers, Scaling, TargetValues
from bpframe_activations import Linear, Sigmoid
from bpframe_initializers import ScaledNormal
from bpframe_mlflow.settings import MlflowTracking
from bpframe_mlflow.tracking import Tracking
from bpframe_mlflow.writing import Store

NUMBERS = Numbers((2, 2), scalings=(Scaling(divide=(255.0,)),))
COLUMNS = Columns((Column("size", fill=3.0), Column("kind", ("flat", "house"))))
TABLE = {"size": [1.0, None, 9.0], "kind": ["flat", "house", "flat"]}
VALUES = TargetValues(("price",), (1000.0,), (50.0,))


def network(n_1: int, n: int, f: Any = Sigmoid) -> Network:
    return Network([n_1, 3, n], Sigmoid(), ScaledNormal(), output_activation=f())


MODELS = {
    "pictures": Model("made", network(4, 3), NUMBERS, ("0", "1", "2")),
    "tables": Model("homes", network(3, 2), COLUMNS, ("cheap", "dear")),
    "values": Model("homes", network(3, 1, Linear), COLUMNS, (), VALUES),
}


@pytest.fixture
def quiet() -> Iterator[None]:
    """Let MLflow's libraries warn of what they like."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
def test_what_mlflow_loads_answers_as_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow
    import pandas

    monkeypatch.chdir(tmp_path)
    store = Store(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    number = store.experiment("models")
    samples = {"pictures": np.random.default_rng(0).uniform(0, 255, (5, 2, 2))}
    for name, model in MODELS.items():
        folder, run_id = keep(model, tmp_path / name), store.create(number, name, 0, {})
        for _ in range(2):  # as after a kill
            assert store.keep_model(run_id, folder, "mine") == []
        uri = f"runs:/{run_id}/model"
        loaded, x = mlflow.pyfunc.load_model(uri), samples.get(name, pandas.DataFrame(TABLE))
        assert loaded.predict(x).tolist() == model.predict(x).tolist(), name
        assert loaded.metadata.signature.outputs is not None
        assert len(loaded.input_example) == 1
    files = [file.name for file in tmp_path.rglob("artifacts/model/**/*")]
    assert {"model.json", "weights.npz", "served.py", "MLmodel"} <= set(files)
    assert not [name for name in files if name.endswith(".pkl")]
    found = mlflow.MlflowClient().search_model_versions("name = 'mine'")
    assert sorted(version.version for version in found) == [1, 2, 3]
    # What cannot be made costs the run nothing but its model.
    (folder / "weights.npz").write_bytes(b"nothing")
    (line,) = store.keep_model(run_id, folder, None)
    assert line.startswith("its model is not in MLflow: the weights of ")
    assert logging.getLogger("mlflow").level != logging.ERROR
    mlflow.set_tracking_uri(None)


@pytest.mark.parametrize(
    ("settings", "in_sweep", "expected"),
    [
        ({}, False, {"model": {"register": None}}),
        ({}, True, {}),
        ({"model": True}, True, {"model": {"register": None}}),
        ({"register": "mine"}, True, {"model": {"register": "mine"}}),
        ({"model": False}, False, {}),
    ],
)
def test_a_sweep_makes_models_only_if_it_is_asked_to(
    tmp_path: Path, settings: dict[str, Any], in_sweep: bool, expected: dict[str, Any]
) -> None:
    (tmp_path / "model.json").write_text("{}")
    tracking = Tracking.__new__(Tracking)
    tracking._settings = MlflowTracking(**settings)
    tracking._run = SimpleNamespace(sweep="there" if in_sweep else None, folder=tmp_path)  # type: ignore[assignment]
    assert tracking._model(None) == expected
    assert tracking._model(ValueError()) == {}


def test_what_goes_together() -> None:
    with pytest.raises(ValueError, match="model is false, and register=mine needs it"):
        MlflowTracking(model=False, register="mine")
    with pytest.raises(ValueError, match="register is empty"):
        MlflowTracking(register=" ")


def answers(started: Started, url: str) -> bool:
    assert started.process.poll() is None, started.err.read_text()
    try:
        return bool(get(url))
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.mark.slow
def test_a_model_that_is_served_answers_a_post_with_the_right_classes(work: Work) -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    options = ("data=digits", "trainer.epochs=5", "plots=none", "tracking.wait=120")
    done = work.run(*options, "tracking.register=digits")
    assert (done.code, done.err) == (0, "")
    port = free_port()
    words = ["models", "serve", "-m", "models:/digits/1", "-p", str(port), "--env-manager", "local"]
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{work.folder}/mlflow.db"}
    # MLflow starts the server by its name.
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    started = work.start(sys.executable, "-m", "mlflow", *words, **store, **path)
    wait_until(lambda: answers(started, f"http://127.0.0.1:{port}/ping"))
    asked = {"inputs": digits.images[:50].tolist()}
    answer = json.loads(get(f"http://127.0.0.1:{port}/invocations", asked))
    right = np.mean(np.array(answer["predictions"]) == digits.target[:50])
    assert right > 0.9
