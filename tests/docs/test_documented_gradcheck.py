"""The commands that docs/gradcheck.md shows do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine

TEXT = (Path(__file__).parents[2] / "docs" / "gradcheck.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$((?:(?!^```).)*?^```text\n(.*?)^```$)?", TEXT, re.M | re.S)
WHOLE_PRODUCT = "'activation=glob(*)' 'cost=glob(*)' 'backprop=glob(*)'"
COMMANDS = [
    # What is shown below a block is the output of its last command.
    (line, shown if line == block.splitlines()[-1] else "")
    for block, _, shown in BLOCKS
    for line in block.splitlines()
    # Looked at in its place: each activation, and each rule, with each cost.
    if not line.endswith(WHOLE_PRODUCT)
]
(PLUGIN,) = blocks(TEXT, "python")
# Rounding differs between machines, and so do times.
NUMBER = re.compile(r"[\d.,]+(e[+-]\d+)?")


def without_numbers(line: str) -> str:
    return NUMBER.sub("#", line).replace("µs", "s").replace("ms", "s")


def test_there_are_some() -> None:
    assert len(COMMANDS) > 8
    assert sum(bool(shown) for _, shown in COMMANDS) == 7
    assert f"bpframe -m task=gradcheck {WHOLE_PRODUCT}\n" in TEXT


@pytest.mark.slow
@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[c for c, _ in COMMANDS])
def test_command(cli: CommandLine, command: str, shown: str) -> None:
    (cli.folder / "slope.py").write_text(PLUGIN)
    program, *arguments = shlex.split(command)
    assert program == "bpframe"
    result = cli(*arguments, "tracking=none")
    fails = "DISAGREES" in shown or "bpframe: error" in shown
    assert result.code == int(fails), result.err
    assert result.outcomes
    assert "Traceback" not in result.err
    printed = [without_numbers(line) for line in (result.out + result.err).splitlines()]
    # The end of a long line is left out.
    expected = [without_numbers(line).removesuffix("…") for line in shown.splitlines()]
    missing = [line for line in expected if not any(p.startswith(line) for p in printed)]
    assert not missing, printed


@pytest.mark.slow
def test_the_wrong_rule_learns_all_the_same(cli: CommandLine) -> None:
    (cli.folder / "slope.py").write_text(PLUGIN)
    result = cli("-P", "slope.py", "backprop=without_slope", "tracking=none", "plots=none")
    result.must_be_fine()
    assert "ends with a `test/accuracy` of 0.95" in TEXT
    assert result.figure("test/accuracy") == pytest.approx(0.95, abs=0.02)
