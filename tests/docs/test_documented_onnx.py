"""docs/onnx.md: its commands, its program, and the words that they print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from documents import blocks
from running import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "onnx.md").read_text()


def test_the_page(cli: CommandLine) -> None:
    install, train, export = blocks(PAGE, "sh")[0].splitlines()
    assert install.startswith("pip install")
    assert cli(*train.split()[1:], "tracking=none", "plots=none").code == 0
    inputs_and_outputs, label = blocks(PAGE, "text")
    assert cli(*export.split()[1:]).out == inputs_and_outputs
    program = blocks(PAGE, "python")[0]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cli.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert done.stdout == label
