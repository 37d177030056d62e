"""The commands and the code that docs/exercises.md shows run as they stand there."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine, run_python

TEXT = (Path(__file__).parents[2] / "docs" / "exercises.md").read_text()
SHELL = blocks(TEXT, "sh")
COMMANDS = [line for block in SHELL for line in block.splitlines()]
NAMED = re.compile(r"save this as `([\w.]+)`.*?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = dict(NAMED.findall(TEXT))
PYTHON = [block for block in blocks(TEXT, "python") if block not in FILES.values()]


@pytest.fixture
def page(cli: CommandLine) -> CommandLine:
    """Return the command line in a folder with the files that the page lets one save."""
    for name, content in FILES.items():
        (cli.folder / name).write_text(content)
    return cli


def test_there_are_some() -> None:
    assert len(COMMANDS) > 10
    assert PYTHON
    assert list(FILES) == ["watch.py"]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_command(page: CommandLine, command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "bpframe"
    result = page(*arguments, "tracking=none")
    assert result.code == 0, result.err
    assert result.outcomes
    assert {outcome["status"] for outcome in result.outcomes} == {"finished"}
    # Of a sweep Hydra says there what it launches.
    assert result.err == "" or "-m" in arguments


@pytest.mark.parametrize("code", PYTHON)
def test_code(code: str, tmp_path: Path) -> None:
    done = run_python(code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2


# The figures of the last exercise are exact enough to hold.


def test_the_table_of_the_saturated_neuron(cli: CommandLine) -> None:
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", TEXT, re.MULTILINE)
    assert len(rows) == 4
    quick = ("tracking=none", "plots=none")
    result = cli("-m", "experiment=saturation", "cost=quadratic,cross_entropy", *quick)
    for column, folder in enumerate(result.folders):
        with (folder / "epochs.csv").open() as file:
            costs = [float(row["train/cost"]) for row in csv.DictReader(file)]
        for epoch, *values in rows:
            digits = values[column]
            cost = f"{costs[int(epoch) - 1]:.{len(digits.partition('.')[2])}f}"
            assert cost == digits, epoch


@pytest.mark.slow
def test_the_last_line_of_the_watched_neuron(page: CommandLine) -> None:
    result = page("-P", "watch.py", "experiment=saturation", "tracking=none", "plots=none")
    result.must_be_fine()
    lines = (result.run_folder / "neuron.csv").read_text().splitlines()
    assert len(lines) == 300
    w, b, a = (f"{float(text):.2f}" for text in lines[-1].split(",")[1:])
    assert f"w = b = {w} and a = {a}" in " ".join(TEXT.split())
    assert w == b
