"""Ctrl-C and a polite kill: exit code 130, and an outcome that says so."""

from __future__ import annotations

import json
import re
import signal
import time

import pytest
from running import SECONDS, CommandLine, outcome_files

# Says that the training goes on.
PLUGIN = """\
from pathlib import Path

import bpframe

@bpframe.hookimpl
def bpframe_epoch_end(epoch):
    if epoch.number > 1:
        Path("training").touch()
"""
LOUD = ("data=xor", "tracking=none", "plots=none")
LONG = (*LOUD, "trainer.epochs=1000000", "console=none")


def interrupted(cli: CommandLine, sent: signal.Signals, *arguments: str) -> tuple[str, str]:
    """Send a signal to a command once it trains, and return what it printed."""
    (cli.folder / "plugin.py").write_text(PLUGIN)
    with cli.started("-P", "plugin.py", *arguments) as process:
        while not (cli.folder / "training").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(sent)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.endswith("bpframe: error: interrupted\n")
    return out, err


@pytest.mark.parametrize("flags", [(), ("-m",)])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_signal(cli: CommandLine, sent: signal.Signals, flags: tuple[str, ...]) -> None:
    interrupted(cli, sent, *flags, *LONG)
    (file,) = outcome_files(cli.folder)
    outcome = json.loads(file.read_text())
    assert (outcome["status"], outcome["exit_code"]) == ("interrupted", 130)
    assert "learning_rate" in outcome["figures"]


def test_an_interrupted_sweep_ends_with_its_table(cli: CommandLine) -> None:
    out, _ = interrupted(cli, signal.SIGINT, "-m", *LOUD, "trainer.epochs=1,1000000")
    rows = re.findall(r"^  (\d) .* (\w+) *$", out.partition("2 runs")[2], re.MULTILINE)
    assert rows == [("0", "finished"), ("1", "interrupted")]
    assert "run 1 interrupted: interrupted" in out
