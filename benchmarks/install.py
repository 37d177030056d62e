"""Installs who trains beside bpframe: the extra `bench` at once or, where that fails, one by one.

Who cannot be installed is left out of the benchmark, whose table says so.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def main() -> None:
    """Install what can be installed."""
    extras = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    if installed(extras["bench"]):
        return
    for requirement in extras["bench"]:
        if not installed([requirement]):
            print(f"left out, for it cannot be installed: {requirement}", file=sys.stderr)


def installed(requirements: list[str]) -> bool:
    """Return whether pip, which finds the builds that this machine is set up for, installs them."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*pip, *requirements]).returncode == 0


if __name__ == "__main__":
    main()
