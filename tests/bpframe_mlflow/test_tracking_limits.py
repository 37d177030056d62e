"""What MLflow refuses is changed until it takes it: one odd name or value loses no recording."""

from __future__ import annotations

import pytest
from test_tracking_messages import END, feed_recorder, start_in, write_journal

from bpframe_mlflow.limits import Keys, dataset, key, text

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


def test_two_names_that_are_one_are_both_kept() -> None:
    keys = Keys()
    assert [keys(name) for name in ("w[0]", "w(0)", "w_0_", "w[0]")] == [
        "w_0_",
        "w_0__2",
        "w_0__3",
        "w_0_",
    ]
    long = [keys("n" * 300), keys("n" * 299)]
    assert [len(name) for name in long] == [250, 250]
    assert long[0] != long[1]


@pytest.mark.slow
def test_odd_names_and_values_are_recorded(tmp_path, stores) -> None:
    start = start_in(tmp_path) | {
        "params": dict.fromkeys(ODD, "a\udcffb" * 3000),
        "tags": dict.fromkeys(ODD, "value " * 2000),
        "name": "a\udcffb",
        "dataset": {"name": "", "digest": "", "source": "s" * 70_000, "profile": "{}"},
    }
    values = dict.fromkeys(ODD, float("nan")) | {"no end": float("inf")}
    metrics = {"event": "metrics", "metrics": values, "step": 1, "time": 1.0}
    write_journal(tmp_path, start, metrics, END | {"tags": {"error": "e" * 9000}})
    told = feed_recorder(tmp_path)
    run = stores.only(tmp_path)
    assert told == {"done": "0", "run_id": run["id"]}
    assert run["status"] == "FINISHED"
    keys = Keys()
    names = {keys(name) for name in ODD}
    assert len(names) == len(ODD)
    assert run["params"].keys() == names
    assert run["metrics"].keys() == names | {"no end"}
    assert run["tags"].keys() >= names | {"error"}
    assert len(run["params"]["a_b"]) == 6000
