"""Ctrl-C before anything has begun: exit code 130 and one line, wherever the imports are."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from running import CommandLine

# Python imports this module before anything else; it interrupts the process at an import.
SITECUSTOMIZE = """\
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            os.kill(os.getpid(), signal.{signal})

sys.meta_path.insert(0, Interrupt())
"""
# In the order in which they are imported.
PLACES = (
    *("bpframe.cli.app", "numpy", "numpy.linalg", "pluggy", "bpframe.plugins.loading"),
    *("bpframe_activations.plugin", "bpframe_mlflow.plugin"),
    *("hydra", "omegaconf", "antlr4", "bpframe.cli.jobs.job", "hydra.core.utils"),
)


@pytest.fixture
def interrupted(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process that is interrupted at the import INTERRUPT_AT."""
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE.format(signal="SIGINT"))
    return {"PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize("place", PLACES)
def test_at_an_import(cli: CommandLine, interrupted: dict[str, str], place: str) -> None:
    result = cli.quick("data=xor", INTERRUPT_AT=place, **interrupted)
    assert result.error(130) == "interrupted"
    assert (result.out, result.outcomes) == ("", [])


@pytest.mark.parametrize("place", ["bpframe.cli.app", "numpy", "bpframe.plugins.loading"])
def test_the_console_script(script: CommandLine, interrupted: dict[str, str], place: str) -> None:
    result = script.quick("data=xor", INTERRUPT_AT=place, **interrupted)
    assert result.error(130) == "interrupted"


@pytest.mark.parametrize("arguments", [["--help"], ["plugins"], ["-sc", "install=bash"]])
def test_other_commands(
    cli: CommandLine, interrupted: dict[str, str], arguments: list[str]
) -> None:
    result = cli(*arguments, INTERRUPT_AT="bpframe.plugins.loading", **interrupted)
    assert result.error(130) == "interrupted"


def test_nobody_is_interrupted_who_is_not_asked(
    cli: CommandLine, interrupted: dict[str, str]
) -> None:
    assert cli("--version", INTERRUPT_AT="nothing", **interrupted).code == 0


def test_behind_the_end_of_the_run(cli: CommandLine, tmp_path: Path) -> None:
    # What is registered to be done at exit is done when nothing can catch an exception any more.
    (tmp_path / "sitecustomize.py").write_text(
        f"import atexit, os, signal\natexit.register(os.kill, os.getpid(), {int(signal.SIGINT)})\n"
    )
    result = cli("--version", PYTHONPATH=str(tmp_path))
    assert result.error(130) == "interrupted"


def test_a_shell_s_background_job_is_not_interrupted(cli: CommandLine, tmp_path: Path) -> None:
    # A shell starts what runs in its background with the signal ignored.
    (tmp_path / "sitecustomize.py").write_text(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        + SITECUSTOMIZE.format(signal="SIGINT")
    )
    result = cli("--version", INTERRUPT_AT="numpy", PYTHONPATH=str(tmp_path))
    assert (result.code, result.err) == (0, "")


def test_little_is_imported_before_an_interruption_is_caught(tmp_path: Path) -> None:
    code = (
        "import sys; before = {*sys.modules}; import bpframe.cli.start; "
        "print(*{*sys.modules} - before)"
    )
    python = CommandLine(tmp_path, (sys.executable, "-c"))
    loaded = set(python(code).out.split())
    assert {"bpframe", "bpframe.cli.start"} <= loaded
    assert not loaded & {
        "numpy",
        "pluggy",
        "logging",
        "importlib.metadata",
        "bpframe.core.activation",
    }
