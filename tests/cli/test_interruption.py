"""Ctrl-C and a polite kill: exit code 130, and an outcome that says so."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
from running import SECONDS, CommandLine, clean_environment, outcome_files

# Says that the training goes on.
PLUGIN = """\
from pathlib import Path

import bpframe

@bpframe.hookimpl
def bpframe_epoch_end():
    Path("training").touch()
"""
LONG = ("data=xor", "trainer.epochs=1000000", "tracking=none", "plots=none", "console=none")


@pytest.mark.parametrize("flags", [(), ("-m",)])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_signal(cli: CommandLine, sent: signal.Signals, flags: tuple[str, ...]) -> None:
    (cli.folder / "plugin.py").write_text(PLUGIN)
    with subprocess.Popen(
        [*cli.command, "-P", "plugin.py", *flags, *LONG],
        cwd=cli.folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not (cli.folder / "training").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(sent)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.endswith("bpframe: error: interrupted\n")
    (file,) = outcome_files(cli.folder)
    outcome = json.loads(file.read_text())
    assert (outcome["status"], outcome["exit_code"]) == ("interrupted", 130)
    assert "learning_rate" in outcome["figures"]
