"""What README.md shows works as it stands there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from running import CommandLine, clean_environment

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
PLUGIN, PROGRAM = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
LAST_TABLE = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[-1]
COMMANDS = re.search(r"^## What to try\n\n```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[1]  # type: ignore[index]


def test_the_plugin(cli: CommandLine) -> None:
    (cli.folder / "swish.py").write_text(PLUGIN)
    (command,) = re.findall(r"`bpframe (-P swish.py .*?)`", TEXT)
    result = cli(*command.split(), "trainer.epochs=1", "tracking=none", "plots=none")
    result.must_be_fine()


def test_the_program_gives_the_figures_of_the_table(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
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
