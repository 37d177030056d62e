"""Which metrics the bar, the line of a run and the table of a sweep show, where not all fit."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bpframe import SPLITS, Epoch, Outcome, Sweep
from bpframe_console.progress import bar_metrics, metrics_text, number_text
from bpframe_console.sweep_table import fitting
from bpframe_console.tables import line_figures, print_sweep

CLASSES, VALUES = ("cost", "accuracy"), ("cost",)


def names_of(*quantities: str, splits: tuple[str, ...] = SPLITS) -> list[str]:
    return [f"{split}/{q}" for split in splits for q in quantities]


def epoch_with(*quantities: str, splits: tuple[str, ...] = ("train", "validation")) -> Epoch:
    names = [*names_of(*quantities, splits=splits), "train/penalty", "diagnostics/norm"]
    return Epoch(1, dict.fromkeys(names, 0.5), 0.1)


@pytest.mark.parametrize(
    ("quantities", "shown"),
    [
        (CLASSES, ["train/cost", "validation/accuracy"]),
        ((*CLASSES, "macro_f1", "top_k"), ["validation/accuracy", "validation/macro_f1"]),
        (VALUES, ["train/cost", "validation/cost"]),
        ((*VALUES, "r2", "mae"), ["validation/cost", "validation/r2"]),
    ],
)
def test_the_bar_has_two_metrics(quantities: tuple[str, ...], shown: list[str]) -> None:
    assert bar_metrics(epoch_with(*quantities)) == shown


def test_without_validation_samples_the_bar_has_those_of_the_training_samples() -> None:
    alone = epoch_with(*VALUES, "r2", splits=("train",))
    assert bar_metrics(alone) == ["train/cost", "train/r2"]
    usual = epoch_with(*CLASSES, splits=("train",))
    assert metrics_text(usual, bar_metrics(usual)) == "train/cost 0.5000"


@pytest.mark.parametrize("value", [0.0, 1e-3, -0.25, 0.98765, 9999.0])
def test_most_numbers_have_four_decimals(value: float) -> None:
    assert number_text(value) == f"{value:.4f}"


@pytest.mark.parametrize(
    ("value", "text"), [(1.2345e-5, "1.234e-05"), (-1234567.0, "-1.235e+06"), (10000.0, "1e+04")]
)
def test_small_and_large_numbers_have_four_digits(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (names_of(*CLASSES), ["validation/accuracy", "test/accuracy"]),
        (
            names_of(*CLASSES, "macro_f1", "top_k"),
            ["validation/accuracy", "test/accuracy", "test/macro_f1"],
        ),
        (names_of(*VALUES), ["validation/cost", "test/cost"]),
        (names_of(*VALUES, "r2", "mae"), ["validation/cost", "test/cost", "test/r2"]),
    ],
)
def test_the_line_of_a_run_has_what_tells_most(names: list[str], shown: list[str]) -> None:
    assert line_figures(names) == shown
    assert line_figures(["learning_rate", *names]) == ["learning_rate", *shown]


def test_the_line_of_another_task_has_its_first_figures() -> None:
    assert line_figures(["worst", "angle", "places", "more"]) == ["worst", "angle", "places"]
    assert line_figures(["learning_rate", "train/cost"]) == ["learning_rate", "train/cost"]


def sweep(*quantities: str) -> list[Outcome]:
    names = ["learning_rate", *names_of(*quantities), "train/penalty"]
    made = []
    for job in range(3):
        figures = {
            name: {"value": (place + 1) * 1.111 + job / 8, "selected": "last epoch"}
            for place, name in enumerate(names)
        }
        made.append(Outcome("finished", 0, "x", [f"seed={job}"], job=job, figures=figures))
    return made


def headings(runs: list[Outcome], width: int) -> list[str]:
    table, _ = fitting(Console(file=io.StringIO(), width=width), runs)
    names = [str(column.header).replace("\n", "/") for column in table.columns]
    return [name for name in names if name not in ("run", "seed")]


def test_every_metric_that_was_chosen_has_a_column() -> None:
    expected = ["learning_rate", *names_of(*VALUES, "r2", "mae")]
    assert headings(sweep(*VALUES, "r2", "mae"), 200) == expected


@pytest.mark.parametrize(
    ("quantities", "last"),
    [
        (CLASSES, ["test/accuracy"]),
        ((*CLASSES, "macro_f1", "top_k"), ["test/accuracy", "test/macro_f1"]),
        (VALUES, ["test/cost"]),
        ((*VALUES, "r2", "mae"), ["test/cost", "test/r2"]),
    ],
)
def test_the_narrower_the_table_the_fewer_columns_and_these_stay(
    quantities: tuple[str, ...], last: list[str]
) -> None:
    runs: Any = sweep(*quantities)
    shown = [headings(runs, width) for width in range(200, 20, -4)]
    assert [len(names) for names in shown] == sorted((len(n) for n in shown), reverse=True)
    assert shown[-1] == last
    file = io.StringIO()
    print_sweep(Console(file=file, width=80), Sweep(Path("folder"), Path(), "", outcomes=runs))
    assert max(map(len, re.split(r"\nfiles", file.getvalue())[0].splitlines())) <= 80
