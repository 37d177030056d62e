"""What MLflow's store holds after ``bpframe`` has been run in a fresh folder."""

from __future__ import annotations

import json
import re
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf
from PIL import Image
from recorded import SECONDS, Run, Work

EPOCH_LINE = re.compile(r"^epoch +(\d+)/30 +(.*)$", re.MULTILINE)
EACH_EPOCH = ("train/cost", "train/accuracy", "validation/cost", "validation/accuracy")
ARTIFACTS = {"config.yaml", "confusion_matrix.png", "learning_curve.png", "weights.npz"}


def flat(config: Any, prefix: str = "") -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key, value in config.items():
        inside = isinstance(value, dict)
        pairs |= flat(value, f"{prefix}{key}.") if inside else {prefix + key: value}
    return pairs


def last(record: Run, name: str) -> float:
    value = record["metrics"][name][-1][1]
    assert isinstance(value, float)
    return value


def test_the_run_is_finished_and_named(default_run, record):
    assert default_run.result.code == 0
    assert default_run.result.err == ""
    assert (record["status"], record["experiment"]) == ("FINISHED", "bpframe")
    assert record["name"] == default_run.outcome["name"]


def test_the_run_lasts_from_before_its_first_epoch_to_after_its_last(record):
    stamps = [stamp for _, _, stamp in record["metrics"]["time/epoch_seconds"]]
    assert record["start"] <= stamps[0] < stamps[-1] <= record["end"]


def test_a_person_is_told_the_run_and_how_to_look_at_it(default_run, record):
    assert f"MLflow run: {record['name']} ({record['id']})" in default_run.result.out
    assert "bpframe ui" in default_run.result.out


def test_parameters_are_the_flattened_configuration(default_run, record):
    config = OmegaConf.to_container(OmegaConf.load(default_run.run_folder / "config.yaml"))
    expected = flat(config)
    assert record["params"].keys() == expected.keys()
    for name, text in record["params"].items():
        value = expected[name]
        assert text == (value if isinstance(value, str) else json.dumps(value)), name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("activation.name", "sigmoid"),
        ("cost.name", "quadratic"),
        ("network.hidden", "[30]"),
        ("trainer.epochs", "30"),
        ("optimizer.learning_rate", "auto"),
        ("seed", "0"),
    ],
)
def test_parameters_read_well(record, name, text):
    assert record["params"][name] == text


def test_every_epoch_has_its_metrics(default_run, record):
    lines = EPOCH_LINE.findall(default_run.result.out)
    assert [int(number) for number, _ in lines] == list(range(1, 31))
    for name in EACH_EPOCH:
        shown = [float(re.search(f"{name} ([0-9.]+)", text)[1]) for _, text in lines]
        steps, values, _ = zip(*record["metrics"][name], strict=True)
        assert list(steps) == list(range(1, 31)), name
        np.testing.assert_allclose(values, shown, atol=0.51e-4, err_msg=name)


def test_the_time_of_each_epoch_is_recorded(record):
    steps, seconds, stamps = zip(*record["metrics"]["time/epoch_seconds"], strict=True)
    assert list(steps) == list(range(1, 31))
    assert all(0 < s < SECONDS for s in seconds)
    assert list(stamps) == sorted(stamps)


def test_results_are_those_of_the_outcome_at_the_last_epoch(default_run, record):
    figures = default_run.outcome["figures"]
    assert {"test/accuracy", "test/accuracy_at_best_validation", "learning_rate"} <= figures.keys()
    assert record["metrics"].keys() == figures.keys() | {"time/epoch_seconds"}
    for name, figure in figures.items():
        assert last(record, name) == figure["value"], name
        each_epoch = name in (*EACH_EPOCH, "learning_rate")
        assert len(record["metrics"][name]) == (30 if each_epoch else 1), name
        assert record["metrics"][name][-1][0] == 30, name


def test_each_figure_says_how_it_was_selected(default_run, record):
    selected = {
        name.removeprefix("selected."): text
        for name, text in record["tags"].items()
        if name.startswith("selected.")
    }
    assert selected == {n: f["selected"] for n, f in default_run.outcome["figures"].items()}


def test_the_data_set_is_recorded_with_its_digest(record):
    from bpframe.core.streams import stream
    from bpframe.plugins.loading import load_plugins

    (dataset,) = record["datasets"]
    data = load_plugins().registry.build("data", {"name": "digits"}).load(stream(0, "split"))
    assert dataset["name"] == "digits"
    assert dataset["digest"] == data.fingerprint
    assert dataset["tags"] == {"mlflow.data.context": "training"}
    profile = json.loads(dataset["profile"])
    assert profile == {
        "samples": {name: len(part) for name, part in data.splits().items()},
        "inputs": 64,
        "outputs": 10,
    }
    assert sum(profile["samples"].values()) == 1797


def test_tags_identify_the_code(default_run, record):
    tags = record["tags"]
    assert tags["bpframe.version"] == version("bpframe")
    assert tags["seed"] == "0"
    assert tags["bpframe.overrides"] == ""
    assert "bpframe.sweep" not in tags
    plugins = dict(line.split(": ") for line in tags["bpframe.plugins"].splitlines())
    installed = {
        point.name: f"{point.dist.name} {point.dist.version}"
        for point in entry_points(group="bpframe")
        if point.dist
    }
    assert plugins == installed


def test_the_commit_of_the_folder_is_a_tag(default_run, record):
    assert record["tags"].get("mlflow.source.git.commit") == default_run.commit


def test_artifacts_are_the_files_of_the_run(default_run, record):
    assert record["artifacts"].keys() >= ARTIFACTS
    for name, path in record["artifacts"].items():
        assert Path(path).is_relative_to(default_run.folder / "mlruns")
        assert Path(path).read_bytes() == (default_run.run_folder / name).read_bytes()


def test_the_configuration_is_resolved(default_run, record):
    text = Path(record["artifacts"]["config.yaml"]).read_text()
    assert "${" not in text


def test_weights_are_those_of_a_fresh_run(record, work: Work):
    assert work.run("tracking=none", "plots=none", "console=none").code == 0
    (again,) = work.folder.glob("outputs/*/*/weights.npz")
    with np.load(record["artifacts"]["weights.npz"], allow_pickle=False) as weights:
        assert {name: weights[name].shape for name in weights} == {
            "w2": (30, 64),
            "b2": (30,),
            "w3": (10, 30),
            "b3": (10,),
        }
        with np.load(again, allow_pickle=False) as expected:
            for name in weights:
                np.testing.assert_array_equal(weights[name], expected[name])


@pytest.mark.parametrize("name", ["learning_curve.png", "confusion_matrix.png"])
def test_pictures_are_whole_and_of_a_size_to_read(record, name):
    path = Path(record["artifacts"][name])
    assert path.stat().st_size < 500_000
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        picture.load()
        assert all(400 <= side <= 2000 for side in picture.size)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 50


def test_only_what_is_meant_to_stays_behind(default_run, record):
    assert default_run.files == [".mlflow.db.lock", "mlflow.db", "mlruns", "outputs"]
    names = {path.name for path in default_run.run_folder.iterdir()}
    assert names == record["artifacts"].keys() | {"outcome.json", "mlflow.json", "journal.jsonl"}
    assert default_run.processes_left == 0
