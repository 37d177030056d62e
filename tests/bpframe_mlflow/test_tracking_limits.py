"""What MLflow refuses is changed until it takes it: one odd name or value loses no recording."""

from __future__ import annotations

import json

import pytest
from test_tracking_messages import START, as_line, feed_recorder

from bpframe_mlflow.limits import dataset, key, text

ODD = ["a@b", "w[0]", "a,b", "../up", "/root", "a//b", ".", "", "name=1", "σ′", "n" * 300, "a/./b"]


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("validation/accuracy", "validation/accuracy"),
        ("activation.name", "activation.name"),
        ("a@b[0],c", "a_b_0__c"),
        ("../../up", "up"),
        ("/a//b/./c/", "a/b/c"),
        ("..", "_"),
        ("", "_"),
        ("x" * 249 + "/y", "x" * 249),
    ],
)
def test_a_name_is_kept_as_far_as_mlflow_takes_it(name: str, accepted: str) -> None:
    assert key(name) == accepted


def test_a_text_is_cut_and_can_be_written() -> None:
    assert text("12345", 3) == "123"
    assert text("a\udcffb", 9) == "a?b"


def test_a_data_set_is_described_within_the_limits() -> None:
    given = {"name": "", "digest": "f" * 64, "source": "s" * 70_000, "profile": "{}"}
    described = dataset(given)
    assert described["name"] == "-"
    assert len(described["digest"]) == 36
    assert len(described["source"]) == 65_535
    assert described["profile"] == "{}"


@pytest.mark.slow
def test_odd_names_and_values_are_recorded(tmp_path, stores) -> None:
    start = START | {
        "uri": f"sqlite:///{tmp_path}/mlflow.db",
        "params": dict.fromkeys(ODD, "a\udcffb" * 3000),
        "tags": dict.fromkeys(ODD, "value " * 2000),
        "name": "a\udcffb",
        "dataset": {"name": "", "digest": "", "source": "s" * 70_000, "profile": "{}"},
    }
    metrics = {"metrics": dict.fromkeys(ODD, float("nan")), "step": 1, "time": 1.0}
    end = {"end": "FINISHED", "tags": {"error": "e" * 9000}}
    done = feed_recorder(tmp_path, "".join(map(as_line, (start, metrics, end))))
    assert (done.returncode, done.stderr) == (0, "")
    run = stores.only(tmp_path)
    assert json.loads(done.stdout) == {"run_id": run["id"]}
    assert run["status"] == "FINISHED"
    for names in (run["params"].keys(), run["metrics"].keys()):
        assert names == {key(name) for name in ODD}
    assert run["tags"].keys() >= {key(name) for name in ODD} | {"error"}
    assert len(run["params"]["a_b"]) == 6000
