"""``bpframe runs``: what it lists, in what order, and how it is filtered and exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded_runs import figure, record

import bpframe
from bpframe.errors import ConfigError
from bpframe.plugins.loading import loaded_plugins
from bpframe_runs.command import runs
from bpframe_runs.condition import Condition

SWEEP = "multirun/2026-01-31/12"
Listed = Callable[..., str]


@pytest.fixture
def listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Listed:
    """Return what carries out ``bpframe runs WORD …`` beside five runs, three of a sweep."""
    monkeypatch.chdir(tmp_path)
    rules = {"full_matrix": 0.95, "per_sample": 0.97, "feedback_alignment": 0.91}
    for job, (rule, accuracy) in enumerate(rules.items()):
        config = {"name": None, "seed": job, "backprop": {"name": rule}, "trainer": {"epochs": 10}}
        figures = {"test/accuracy": figure(accuracy), "test/cost": figure(1 - accuracy)}
        record(Path(SWEEP, str(job)), job, config, mark="m", job=job, figures=figures)
    Path(SWEEP, "sweep.json").write_text("{}")
    refused = {"status": "refused", "exit_code": 2, "error": "no such thing"}
    record(Path("outputs/a"), 3, None, parts={"backprop": "per_sample"}, **refused)
    config = {"seed": 7, "backprop": {"name": "per_sample"}, "network": {"hidden": [20, 20]}}
    record(Path("outputs/b"), 4, config, figures={"test/cost": figure(0.5)}, name="x=[b]")

    def carry_out(*words: str) -> str:
        assert runs(list(words), loaded_plugins()) == 0
        return capsys.readouterr().out

    return carry_out


def names(text: str) -> list[str]:
    """Return the names in a CSV."""
    return [row["name"] for row in csv.DictReader(io.StringIO(text))]


def test_only_what_a_run_was_before_is_passed_over(listed: Listed) -> None:
    record(Path(SWEEP, "0", "before-1"), 8, {"seed": 0}, mark="m", name="it was so")
    record(Path("multirun/before-dropout/0"), 9, {"seed": 0}, mark="n", name="mine")
    found = names(listed("--csv", "-"))
    assert "mine" in found
    assert "it was so" not in found


def test_the_newest_comes_first_and_how_many_there_are(listed: Listed) -> None:
    out = listed()
    places = [out.index(name) for name in ("x=[b]", "run s3", "run s2", "run s1", "run s0")]
    assert places == sorted(places)
    assert "refused" in out
    assert out.endswith("5 runs, the newest first\n")
    assert listed("--limit", "2").endswith(
        "2 shown of 5 runs, the newest first; --limit 5 shows all\n"
    )


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["backprop=per_sample"], ["x=[b]", "run s3", "run s1"]),
        (["test/accuracy>0.92"], ["run s1", "run s0"]),
        (["test/accuracy>=0.95", "seed!=0"], ["run s1"]),
        (["trainer.epochs<=1e1", "test/cost<6e-2"], ["run s1", "run s0"]),
        (["network.hidden=[20, 20]"], ["x=[b]"]),
        (["name=run*", "status!=finished"], ["run s3"]),
        (["backprop!=*_*"], []),
        (["ended<2000"], []),
    ],
)
def test_conditions(listed: Listed, conditions: list[str], expected: list[str]) -> None:
    assert names(listed("--csv", "-", "--where", *conditions)) == expected


def test_sweep_status_and_order(listed: Listed) -> None:
    by_accuracy = ["run s1", "run s0", "run s2"]
    assert names(listed("--csv", "-", "--sort", "test/accuracy", "--sweep", SWEEP)) == by_accuracy
    by_cost = listed("--csv", "-", "--sort", "test/cost", "--sweep", "newest")
    assert names(by_cost) == by_accuracy
    assert names(listed("--csv", "-", "--sort", "test/accuracy", "--reverse"))[0] == "run s2"
    # What lacks it comes last, either way.
    assert names(listed("--csv", "-", "--sort", "test/accuracy"))[-1] == "run s3"
    assert names(listed("--csv", "-", "--status", "refused")) == ["run s3"]
    assert names(listed("--csv", "-", "outputs/b", "outputs")) == ["x=[b]", "run s3"]


def test_columns_in_a_narrow_terminal(listed: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpframe.terminal.WIDTH_OF_FILES", 80)
    out = listed()
    assert max(map(len, out.splitlines())) <= 80
    out = listed("--columns", "id,test/accuracy,test/accuracy.selected", "--where", "seed=1")
    assert "0.97   last epoch" in out
    assert "1 of 5 runs" in out


def test_csv_has_everything_and_goes_into_a_file(listed: Listed) -> None:
    assert listed("--csv", "all.csv") == ""
    rows = list(csv.DictReader(io.StringIO(Path("all.csv").read_text())))
    assert len(rows) == 5
    assert rows[0]["network.hidden"] == "[20, 20]"
    assert rows[0]["test/accuracy"] == ""
    assert rows[1] | {"error": "no such thing", "backprop": "per_sample"} == rows[1]
    assert Path(rows[2]["folder"]) == Path.cwd() / SWEEP / "2"
    header = Path("all.csv").read_text().splitlines()[0].split(",")
    assert header[:3] == ["id", "name", "status"]
    assert header.index("test/cost.selected") < header.index("backprop")


def test_the_same_as_a_table_of_pandas(listed: Listed) -> None:
    table = bpframe.runs_table("multirun")
    assert list(table["backprop"]) == ["feedback_alignment", "per_sample", "full_matrix"]
    assert table["test/accuracy"].max() == 0.97
    assert list(bpframe.runs_table(".")["id"]) == [
        row["id"] for row in csv.DictReader(io.StringIO(listed("--csv", "-")))
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--where", "tset/accuracy>1"], "Did you mean 'test/accuracy'?"),
        (["--where", "accuracy"], "is no condition"),
        (["--where", "seed>a"], "compares numbers and times"),
        (["--status", "fail"], "Did you mean 'failed'?"),
        (["--columns", "id,nme"], "Did you mean 'name'?"),
        (["--sort", "costs"], "no run has 'costs'"),
        (["nowhere"], "there is no folder nowhere"),
        (["--sweep", "outputs"], "outputs is no folder of a sweep"),
        (["--sweep", SWEEP, "outputs"], "leave outputs out"),
    ],
)
def test_refusals(listed: Listed, words: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason.replace("?", r"\?")):
        listed(*words)


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "many"])
def test_a_limit_is_a_whole_number_from_1(
    listed: Listed, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        listed("--limit", given)
    assert f"--limit: '{given}' is not a whole number from 1 on" in capsys.readouterr().err


def test_nothing_to_list(listed: Listed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert listed("--where", "seed=1", "--sort", "seed") == "0 runs\n"
    with pytest.raises(ConfigError, match="there is no sweep"):
        listed("--sweep", "newest")


def test_an_option_may_be_a_dictionary_by_numbers(listed: Listed) -> None:
    record(Path("outputs/c"), 8, {"seed": 8, "data": {"name": "mine", "weights": {1: 0.5}}})
    assert names(listed("--csv", "-", "--where", "data.weights.1=0.5")) == ["run s8"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("test/accuracy_peak", "highest"),
        ("test/accuracy_at_best_validation", "highest"),
        ("test/accuracy_gap", "lowest"),
    ],
)
def test_a_figure_is_as_good_as_its_metric_says(listed: Listed, name: str, first: str) -> None:
    record(Path("outputs/c"), 8, {"seed": 8}, figures={name: figure(0.5)})
    assert f"by {name}, the {first} first" in listed("--sort", name)


@pytest.mark.parametrize("value", ["2026-13-45", "[1"])
def test_what_only_looks_like_a_value_is_a_text(value: str) -> None:
    assert Condition.of(f"name={value}").holds({"name": value})


def test_true_is_not_one() -> None:
    row = {"on": True, "number": 1, "nothing": None}
    assert Condition.of("on=true").holds(row)
    assert not Condition.of("on=1").holds(row)
    assert not Condition.of("on>0").holds(row)
    assert Condition.of("number==1.0").holds(row)
    assert Condition.of("nothing=null").holds(row)
    assert not Condition.of("nothing!=1").holds(row)
