"""The command line in this process, for what is refused or shown before anything runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from in_this_process import Typed
from running import Result

from bpframe.cli.app import main


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Typed]:
    """Return what carries out ``bpframe WORD …`` in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bpframe"])
    for name in ("BPFRAME_PLUGINS", "BPFRAME_TRACEBACK", "HYDRA_FULL_ERROR"):
        monkeypatch.setenv(name, "")
    signals = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    def run(*words: str) -> Result:
        code = main(list(words))
        out, err = capsys.readouterr()
        return Result(code, out, err)

    yield run
    for number, handler in signals.items():
        signal.signal(number, handler)
