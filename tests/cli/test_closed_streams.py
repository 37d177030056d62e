"""Streams and folders in which nothing can be written, or not everything shown."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import CommandLine, clean_environment

QUICK = "data=xor tracking=none plots=none trainer.epochs=1"
FULL = "/dev/full"
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason="no device that is always full")


def shell(cli: CommandLine, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = " ".join(map(str, cli.command))
    return subprocess.run(
        line.replace("bpframe", command, 1),
        shell=True,
        cwd=cli.folder,
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("words", [QUICK, "--help", f"-m seed=0,1 {QUICK}"])
def test_a_closed_output(cli: CommandLine, words: str) -> None:
    done = shell(cli, f"bpframe {words} >&-")
    assert done.returncode == 0, done
    assert "Traceback" not in done.stderr


@needs_full
def test_a_full_output_does_not_fail_a_run(cli: CommandLine) -> None:
    done = shell(cli, f"bpframe {QUICK} hydra.run.dir=run >{FULL}")
    assert done.returncode == 1, done
    assert done.stderr == "bpframe: error: cannot write the output: No space left on device\n"
    assert '"status": "finished"' in (cli.folder / "run" / "outcome.json").read_text()


@needs_full
def test_a_help_that_cannot_be_written(cli: CommandLine) -> None:
    done = shell(cli, f"bpframe --help >{FULL}")
    assert done.returncode == 1
    assert done.stderr == ("bpframe: error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("words", [f"{QUICK} name=héllo", "--help tanh"])
def test_characters_that_a_terminal_cannot_show(cli: CommandLine, words: str) -> None:
    done = shell(cli, f"bpframe {words}", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2032" in done.stdout or "h\\xe9llo" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use is not removed there")
@pytest.mark.parametrize("words", [QUICK, "plugins", "--help"])
def test_a_working_folder_that_is_gone(cli: CommandLine, words: str) -> None:
    done = shell(cli, f"mkdir gone; cd gone; rmdir ../gone; bpframe {words}")
    assert done.returncode == 2
    assert done.stderr == (
        "bpframe: error: the working folder is not there any more; go to another one\n"
    )


def test_a_working_folder_that_hydra_would_misread(cli: CommandLine) -> None:
    other = cli.folder / "W" / "x"
    other.mkdir(parents=True)
    done = shell(cli, "mkdir 'W/${now:x}'; cd 'W/${now:x}'; bpframe " + QUICK)
    assert done.returncode == 2
    assert "cannot have '${' in it" in done.stderr
    assert not list(other.iterdir())
    shutil.rmtree(cli.folder / "W")


def test_help_of_an_empty_word(cli: CommandLine) -> None:
    assert "there is no ''" in cli("--help", "").error()
