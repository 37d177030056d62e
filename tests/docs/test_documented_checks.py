"""The code of docs/plugins.md that checks a plugin runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks
from running import SECONDS, CommandLine, clean_environment

TEXT = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
SECTION = TEXT.partition("\n## Check your plugin\n")[2].partition("\n## ")[0]
BLOCKS = blocks(TEXT, "python")
(PLUGIN,) = (block for block in BLOCKS if 'register("bent", Bent)' in block)
WITH_PYTEST, WITHOUT_PYTEST = (block for block in BLOCKS if "from bpframe.testing" in block)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the plugin of the document."""
    (tmp_path / "my_plugin.py").write_text(PLUGIN)
    return tmp_path


def run(project: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_with_pytest(project: Path) -> None:
    (project / "test_bent.py").write_text(WITH_PYTEST)
    passed = re.search(r"(\d+) passed in", run(project, "-m", "pytest", "-q"))
    assert passed
    assert int(passed[1]) >= 2 * 15


def test_without_pytest(project: Path) -> None:
    run(project, "-c", WITHOUT_PYTEST)


@pytest.mark.slow
def test_commands(project: Path) -> None:
    lines = re.findall(r"^bpframe (check.*?) *#", SECTION, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        result = CommandLine(project)(*line.split())
        assert (result.code, result.err) == (0, "")
