"""Plugins to run with: installed as wheels, installed in appearance only, and broken ones."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from running import CommandLine, clean_environment

REPOSITORY = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "bpframe_sample"
NOT_SOURCES = shutil.ignore_patterns(
    ".*", "build", "dist", "outputs", "multirun", "mlruns", "*.egg-info", "__pycache__", "tests"
)
Install = Callable[..., str]

# For the tests of its mathematics.
sys.path.append(str(SAMPLE / "src"))


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Return a function that makes a module look like an installed distribution.

    ``install(name, source)`` returns the PYTHONPATH with which it is found, together with those
    that were installed before.
    """
    site = tmp_path / "site"

    def install(name: str, source: str, entry_point: str | None = None) -> str:
        info = site / f"{name}_dist-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-dist\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[bpframe]\n{entry_point or name} = mod_{name}\n")
        (site / f"mod_{name}.py").write_text(source)
        return str(site)

    return install


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


def wheels(folder: Path) -> list[Path]:
    """Build both distributions from copies, for a build writes into the source tree."""
    for name, source in {"bpframe": REPOSITORY, "sample": SAMPLE}.items():
        copy = folder / "sources" / name
        shutil.copytree(source, copy, ignore=NOT_SOURCES)
        # Without isolation nothing is downloaded.
        isolation = ["--no-isolation"] if importlib.util.find_spec("setuptools") else []
        run(sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", folder, copy)
    return sorted(folder.glob("*.whl"))


def make_venv(venv: Path, wheels: list[Path]) -> None:
    """Make an environment that has the wheels, and this one's packages behind them."""
    run(sys.executable, "-m", "venv", venv)
    python = venv / "bin" / "python"
    run(python, "-m", "pip", "install", "--no-index", "--no-deps", *wheels)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # As plain folders on the path, not as site folders: what is editable there stays out.
    paths = [path for path in sys.path if path.endswith("-packages")]
    (site / "of_the_tests.pth").write_text("\n".join(paths))


def run(*command: str | Path) -> str:
    """Run a program that must succeed, and return what it printed."""
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def installed(venv: Path, tmp_path: Path) -> CommandLine:
    """Return the installed command line, away from the source tree."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return CommandLine(folder, (venv / "bin" / "bpframe",))
