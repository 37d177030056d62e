"""A virtual environment with the wheels of bpframe and of the sample plugin."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from running import clean_environment

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "tests" / "plugins" / "bpframe_sample"
NOT_SOURCES = shutil.ignore_patterns(
    ".*", "build", "dist", "outputs", "multirun", "mlruns", "*.egg-info", "__pycache__", "tests"
)


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
