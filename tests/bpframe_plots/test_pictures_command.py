"""The command line draws where it is told to, and loads matplotlib only then."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from running import CommandLine

SPY = """
import sys
import bpframe

@bpframe.hookimpl(trylast=True)
def bpframe_run_end(run):
    print("matplotlib is loaded:", "matplotlib" in sys.modules)
    print("pyplot is loaded:", "matplotlib.pyplot" in sys.modules)
"""
NAME = "name='$x_{1}$ & 名前 %s'"


@pytest.fixture
def spied(cli: CommandLine) -> CommandLine:
    (cli.folder / "spy.py").write_text(SPY)
    return cli


def test_without_pictures_matplotlib_is_not_loaded(spied: CommandLine) -> None:
    # With a setting of Python's, it is a process that has imported nothing before.
    result = spied.quick("-P", "spy.py", PYTHONWARNINGS="error")
    result.must_be_fine()
    assert "matplotlib is loaded: False" in result.out
    assert not list(result.run_folder.glob("*.png"))


@pytest.mark.slow
def test_pictures_are_drawn_without_a_window_or_a_warning(spied: CommandLine) -> None:
    result = spied.quick(
        *("-P", "spy.py", "plots=png", "diagnostics=basic", NAME),
        MPLBACKEND="tkagg",
        PYTHONWARNINGS="error",
    )
    result.must_be_fine()
    assert "pyplot is loaded: False" in result.out
    names = {file.name for file in result.run_folder.glob("*.png")}
    assert names == {"learning_curve.png", "confusion_matrix.png", "diagnostics.png"}
    for name in names:
        with Image.open(io.BytesIO((result.run_folder / name).read_bytes())) as picture:
            picture.load()
    # Nothing is left of what is written aside.
    assert not list(result.run_folder.glob(".*png*"))
