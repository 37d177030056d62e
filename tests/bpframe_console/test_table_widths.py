"""Tables in narrow consoles: no word, number or exponent is broken."""

from __future__ import annotations

import io
import re
from itertools import product
from pathlib import Path

import pytest
from rich.console import Console

from bpframe import Outcome, ReportedFigure, Sweep
from bpframe_console.tables import figures_table, print_sweep

WIDTHS = [60, 80, 120]
FIGURES = {
    "learning_rate": 7.629e-06,
    "train/cost": 1.234e-05,
    "train/accuracy": 0.1234,
    "validation/cost": 2.345e-05,
    "validation/accuracy": 0.2345,
    "test/cost": 3.456e-05,
    "test/accuracy": 0.3456,
}
LONG = {
    "activation.f": ["z/(1+abs(z))" * 6, "z*exp(-z**2)" * 5],
    "activation@output_activation": ["softmax", "sigmoid"],
    "backprop": ["direct_feedback_alignment", "full_matrix"],
    "network.hidden": ["[20,20,20]", "[30]"],
    "seed": ["0", "1"],
}


def outcomes(options: dict[str, list[str]], figures: dict[str, float]) -> list[Outcome]:
    """Return the outcomes of a sweep over every combination; each figure grows by the job."""
    made = []
    for job, values in enumerate(product(*options.values())):
        overrides = [f"{k}={v}" for k, v in zip(options, values, strict=True)]
        found = {
            name: {"value": value * (1 + job / 7), "selected": "last epoch"}
            for name, value in figures.items()
        }
        made.append(Outcome("finished", 0, "x", overrides, job=job, figures=found))
    return made


def printed(runs: list[Outcome], width: int) -> str:
    file = io.StringIO()
    print_sweep(Console(file=file, width=width), Sweep(Path("folder"), Path(), "", outcomes=runs))
    return file.getvalue()


def table_of(text: str) -> str:
    """Return the lines of the table alone."""
    return re.split(r"^(?:run \d|files: )", text, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_and_no_number_of_a_sweep_is_broken(width: int) -> None:
    runs = outcomes(LONG, FIGURES)
    text = printed(runs, width)
    table = table_of(text)
    assert max(map(len, table.splitlines())) <= width
    assert "…" not in text
    for run in runs:
        (row,) = re.findall(rf"^ +{run.job} .*$", table, re.MULTILINE)
        shown = row.split()[1:]
        whole = {f"{figure['value']:.4g}" for figure in run.figures.values()}
        whole |= {override.partition("=")[2] for override in run.overrides}
        assert shown
        assert set(shown) <= whole
        assert f"{run.figures['test/accuracy']['value']:.4g}" in shown
        # What has no column stands below.
        (below,) = re.findall(rf"^run {run.job}: .*$", text, re.MULTILINE)
        said = {*shown, *(word.partition("=")[2] for word in below.split()[2:])}
        assert {override.partition("=")[2] for override in run.overrides} <= said
    words = {word for name in [*FIGURES, *LONG] for word in [name, *re.split("[/.@]", name)]}
    heading = " ".join(table.partition("───")[0].splitlines()[1:])
    assert set(heading.split()) <= words | {"run"}


def test_what_does_not_vary_leaves_first() -> None:
    runs = outcomes({"seed": ["0", "1"]}, FIGURES)
    for run in runs:
        run.figures["test/cost"]["value"] = 0.5
    natural = max(map(len, table_of(printed(runs, 200)).splitlines()))
    text = table_of(printed(runs, natural - 1))
    assert "test/cost" not in text
    assert "train/cost" in text


def test_the_least_important_leaves_before_the_accuracy_of_the_test_set() -> None:
    runs = outcomes({"seed": ["0", "1"]}, FIGURES)
    shown = [len(re.findall("[0-9]e-", table_of(printed(runs, width)))) for width in (120, 80, 40)]
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] < shown[0]
    narrow = table_of(printed(runs, 40))
    assert "0.3456" in narrow
    assert "1.234e-05" not in narrow


def test_options_of_one_name_keep_their_sections() -> None:
    options = {"data.samples": ["10", "20"], "diagnostics.samples": ["30", "40"]}
    text = printed(outcomes(options, FIGURES), 90)
    assert "data.samples" in text
    assert "diagnostics.samples" in text


def test_every_cost_and_accuracy_that_there_is_has_a_column() -> None:
    for name in FIGURES:
        text = printed(outcomes({"seed": ["0", "1"]}, {name: 0.25}), 80)
        assert name in table_of(text)
        assert len(re.findall(r"^ +\d  ", text, re.MULTILINE)) == 2


def test_failures_have_their_status_and_reason() -> None:
    runs = outcomes({"seed": ["0", "1", "2", "3"]}, FIGURES)
    for job in (1, 3):
        runs[job] = Outcome("failed", 1, "x", runs[job].overrides, job=job, error="it broke")
    text = printed(runs, 80)
    assert re.findall(r"^ +(\d+) .* (\w+) *$", text, re.MULTILINE) == [
        ("0", "finished"),
        ("1", "failed"),
        ("2", "finished"),
        ("3", "failed"),
    ]
    assert "\nrun 1, 3 failed: it broke\n" in text


def test_a_run_without_an_outcome_is_named() -> None:
    runs = outcomes({"seed": ["0", "1", "2"]}, FIGURES)
    assert "\nrun 1 lost: its process has died\n" in printed([runs[0], runs[2]], 80)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_and_no_number_of_one_run_is_broken(width: int) -> None:
    how = "epoch 12, selected on the test set itself"
    figures = {name: ReportedFigure(-value / 3, how) for name, value in FIGURES.items()}
    figures["test/accuracy_at_best_validation"] = ReportedFigure(-1.23456e-05, how)
    file = io.StringIO()
    console = Console(file=file, width=width)
    console.print(figures_table(figures, width))
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= width
    words = set(re.findall(r"[^\s│┃]+", re.sub("[┏┳┓┡╇┩└┴┘━─]", "", text)))
    expected = {w for name, f in figures.items() for w in (name, f"{f.value:.5g}")}
    assert words == expected | {"figure", "value"} | set(how.split()) | (words & {"selected"})
