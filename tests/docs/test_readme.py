"""What README.md shows works as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine, run_python

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
PLUGIN, PROGRAM = blocks(TEXT, "python")
LAST_TABLE = blocks(TEXT, "text")[-1]
COMMANDS = blocks(TEXT.partition("\n## What to try\n")[2], "sh")[0]


def test_the_plugin(cli: CommandLine) -> None:
    (cli.folder / "swish.py").write_text(PLUGIN)
    (command,) = re.findall(r"`bpframe (-P swish.py .*?)`", TEXT)
    result = cli(*command.split(), "trainer.epochs=1", "tracking=none", "plots=none")
    result.must_be_fine()


def test_the_program_gives_the_figures_of_the_table(tmp_path: Path) -> None:
    done = run_python(PROGRAM, tmp_path)
    done.check_returncode()
    accuracy = re.findall(r"test/accuracy +│ +([\d.]+)", LAST_TABLE)
    *_, last = done.stdout.splitlines()
    # Other BLAS kernels round in another order.
    assert float(re.findall(r"'accuracy': ([\d.]+)", last)[0]) == pytest.approx(
        float(accuracy[0]), abs=0.02
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in COMMANDS.splitlines() if "FOLDER" not in c])
def test_what_to_try(cli: CommandLine, command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "bpframe"
    result = cli(*arguments, "tracking=none", "plots=none")
    assert result.code == 0, result.err
    assert {outcome["status"] for outcome in result.outcomes} == {"finished"}


def test_every_link_leads_to_a_file() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)
