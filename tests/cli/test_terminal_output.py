"""What a person sees: a bar on a terminal, lines elsewhere, and figures with their selection."""

from __future__ import annotations

import re
import subprocess

import pytest
from running import CommandLine, clean_environment

QUICK = ("tracking=none", "plots=none", "trainer.epochs=3")
NAME = "digits sigmoid epochs=3 s0"
FIGURES = {
    "learning_rate": "measured on a grid, halved",
    "train/cost": "last epoch",
    "validation/accuracy": "last epoch",
    "test/accuracy": "last epoch",
    "test/accuracy_at_best_validation": "epoch 3, best on validation",
}


def test_a_bar_on_a_terminal(cli: CommandLine) -> None:
    code, text = cli.terminal(*QUICK)
    assert code == 0
    assert re.search(r"━+ 0/3 ", text)
    assert re.search(r"━+ 3/3 .* train/cost 0\.\d{4}  validation/accuracy 0\.\d{4}$", text, re.M)
    assert "epoch 1/3" not in text
    assert_table(text)


def test_a_bar_that_stays_within_a_narrow_terminal(cli: CommandLine) -> None:
    code, text = cli.terminal(*QUICK, columns=60)
    assert code == 0
    assert max(map(len, text.splitlines())) <= 60 or "files: " in max(text.splitlines(), key=len)


def test_a_sweep_on_a_terminal(cli: CommandLine) -> None:
    code, text = cli.terminal("-m", "seed=0,1", *QUICK)
    assert code == 0
    lines = [line for line in text.splitlines() if re.match(NAME[:-1] + r"\d  \[", line)]
    assert len(lines) == 2
    assert "2 runs" in text


def test_lines_where_there_is_no_terminal(cli: CommandLine) -> None:
    result = cli(*QUICK)
    result.must_be_fine()
    lines = result.out.splitlines()
    figure = r"{}/cost \d\.\d{{4}}  {}/accuracy \d\.\d{{4}}"
    figures = "  ".join(figure.format(part, part) for part in ("train", "validation"))
    for number, line in enumerate(lines[:3], 1):
        assert re.fullmatch(rf"epoch {number}/3  {figures}", line)
    assert "\x1b" not in result.out
    assert_table(result.out)
    assert lines[-1] == f"files: {result.run_folder}"


def assert_table(text: str) -> None:
    """Assert that the name stands above the figures, and behind each how it was selected."""
    assert re.search(rf"^ *{NAME}  \[64, 30, 10\]$", text, re.M), text
    rows = (row.split("│") for row in text.splitlines() if row.startswith("│"))
    selected = {row[1].strip(): row[3].strip() for row in rows}
    assert selected.items() >= FIGURES.items()


def test_the_table_shows_what_the_outcome_holds(cli: CommandLine) -> None:
    result = cli.quick("data=xor", "name=my own name")
    assert result.outcome["name"] == "my own name"
    assert "my own name  [2, 30, 2]" in result.out
    for name, figure in result.outcome["figures"].items():
        row = rf"│ {name} +│ +{figure['value']:.5g} │ {figure['selected']} +│"
        assert re.search(row, result.out), row


def test_a_figure_that_was_selected_on_the_test_set_says_so(cli: CommandLine) -> None:
    figures = cli.quick("task.test_each_epoch=true").outcome["figures"]
    assert figures["test/accuracy_peak"]["selected"] == "epoch 1, selected on the test set itself"


def test_nothing_but_errors(cli: CommandLine) -> None:
    result = cli.quick("console=none")
    result.must_be_fine()
    assert result.out == ""


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ("--help", 0),
        ("--version", 0),
        ("plugins", 0),
        ("--cfg job", 0),
        ("--info", 0),
        ("data=xor data.samples=100 trainer.epochs=2000 tracking=none plots=none", 1),
        ("-m seed=0,1 data=xor trainer.epochs=1 tracking=none plots=none", 1),
    ],
)
def test_a_reader_that_leaves(cli: CommandLine, arguments: str, lines: int) -> None:
    errors = cli.folder / "errors"
    with (
        errors.open("w") as file,
        subprocess.Popen(
            [*cli.command, *arguments.split()],
            cwd=cli.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as process,
    ):
        assert process.stdout
        for _ in range(lines):
            assert process.stdout.readline()
        process.stdout.close()
        code = process.wait(60)
    said = errors.read_text().splitlines()
    # Hydra lists the jobs of a sweep there.
    assert [line for line in said if not re.match("bpframe: (Launching|\\t#)", line)] == []
    assert code in (0, 1)


def test_head(cli: CommandLine) -> None:
    command = f"{' '.join(map(str, cli.command))} {' '.join(QUICK)} | head -1"
    done = subprocess.run(
        command, shell=True, cwd=cli.folder, env=clean_environment(), capture_output=True, text=True
    )
    assert done.stdout.startswith("epoch 1/3  train/cost")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_of_the_completion_who_has_left(cli: CommandLine) -> None:
    command = f"{' '.join(map(str, cli.command))} -sc install=bash | true"
    done = subprocess.run(
        command, shell=True, cwd=cli.folder, env=clean_environment(), capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
