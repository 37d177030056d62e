"""What tests of every subject share: the command line, and the data that it may find."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# What a test runs in this process leaves nothing behind that writes into a folder of its.
os.environ["BPFRAME_WAIT"] = "600"
from environments import REPOSITORY, make_venv, wheels
from filelock import FileLock
from in_this_process import Typed
from running import CommandLine, Result

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A shell that starts the tests in its background ignores what interrupts, and so would every
# command that a test starts and interrupts.
for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(ignored) is signal.SIG_IGN:
        signal.signal(ignored, signal.SIG_DFL)
# What they compile is kept on the disk: one worker compiles it for all tests.
COMPILING = ("fused", "compiled")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker have all tests that compile; what is exhaustive is slow."""
    for item in items:
        if item.get_closest_marker("exhaustive"):
            item.add_marker(pytest.mark.slow)
        if any(word in item.nodeid.lower() for word in COMPILING):
            item.add_marker(pytest.mark.xdist_group("compiled"))


MY_PLUGIN = '''\
from dataclasses import dataclass

import numpy as np

import bpframe


@dataclass(frozen=True)
class Mine(bpframe.Activation):
    """f(z) = βz.

    Parameters
    ----------
    beta : float
        The slope.
    """

    beta: float = 1.0

    def __call__(self, z, out=None):
        return np.multiply(z, self.beta, out=out)

    def derivative(self, z, a):
        return np.full_like(z, self.beta)


@bpframe.hookimpl
def bpframe_register_activations(register):
    register("mine", Mine)
'''


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """Return the command line, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    return CommandLine(folder)


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Typed]:
    """Return what carries out ``bpframe WORD …`` in an empty folder, in this process."""
    from bpframe.cli.app import main

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


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the source tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def mnist() -> Path:
    """Return the folder with the files of MNIST, or skip."""
    named = os.environ.get("BPFRAME_MNIST")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data" / "mnist"
    if not folder.is_dir():
        pytest.skip(f"MNIST is not in {folder}; set BPFRAME_MNIST to the folder that holds it")
    return folder


@pytest.fixture
def my_plugin(tmp_path: Path) -> Path:
    """Return a plugin file of the simplest kind, which registers activation=mine."""
    file = tmp_path / "my_plugin.py"
    file.write_text(MY_PLUGIN)
    return file


@pytest.fixture
def script(cli: CommandLine) -> CommandLine:
    """Return the command line by way of the console script."""
    path = Path(sys.executable).with_name("bpframe")
    if not path.exists():
        pytest.skip(f"bpframe is not installed: there is no {path}")
    return CommandLine(cli.folder, (path,))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser, or skip."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with the wheels of bpframe and of the sample plugin.

    One is made for all test processes. Whatever else is needed comes from the environment of
    the tests, so that nothing is downloaded.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with FileLock(folder / "venv.lock"):
        if not (folder / "ready").exists():
            make_venv(folder / "venv", wheels(folder))
            (folder / "ready").touch()
    return folder / "venv"
