"""The rows say what the experiments' files say, and there is one file for each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bpframe_reproduce.carrying_out import experiment_text
from bpframe_reproduce.rows import ROWS, At, Row

FOLDER = Path(__file__).parents[2] / "conf" / "experiment" / "book"


def test_one_file_for_each_row() -> None:
    assert sorted(row.name for row in ROWS) == sorted(file.stem for file in FOLDER.glob("*"))


def test_another_row_is_there() -> None:
    names = {row.name for row in ROWS}
    assert {other for row in ROWS for _, other in row.checks if other} <= names


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_settings(row: Row) -> None:
    text = experiment_text(row.name)
    options: dict[str, Any] = yaml.safe_load(text)
    chosen = {k.split("/")[1]: v for entry in options["defaults"] for k, v in entry.items()}
    said = f"{row.settings}; {row.unsaid}"
    assert said.startswith(f"[{', '.join(map(str, [784, *options['network']['hidden'], 10]))}], ")
    assert chosen["cost"].replace("_", "-") in said
    assert {"normal": "N(0, 1)", "scaled_normal": "N(0, 1/n_in)"}[chosen["initializer"]] in said
    if row.name.startswith("vanishing"):
        assert options["trainer"]["epochs"] == 0
    else:
        assert f"{options['trainer']['epochs']} epochs" in said
        assert f"η {options['optimizer']['learning_rate']:g}," in said
    assert ("regularizer" in options) == (", λ " in said)
    if "regularizer" in options:
        assert f"λ {options['regularizer']['lambda']:g}," in said
    assert ("1,000 images" in said) == ("data" in options)
    assert f"chapter {row.chapter})" in text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_published_numbers_stand_in_the_file(row: Row) -> None:
    comment = re.sub(r"\n# ?", " ", experiment_text(row.name).partition("defaults:")[0])
    for published in row.published:
        is_norm = published.metric.startswith("delta")
        value = published.value if is_norm else 100 * published.value
        numbers = [float(n) for n in re.findall(r"\d+\.?\d*", comment)]
        assert any(abs(number - value) < 1e-9 for number in numbers), (value, comment)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_test_set_is_looked_at_each_epoch_only_where_it_is_needed(row: Row) -> None:
    looks = "test_each_epoch: true" in experiment_text(row.name)
    needs = any(
        "test/accuracy" in published.metrics and published.at is not At.LAST
        for published in row.published
    )
    # A rate that is too high ends near 10%, and the page shows the way there.
    assert looks == (needs or row.name == "rate_too_high")
