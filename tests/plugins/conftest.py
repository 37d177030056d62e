"""Plugins to run with: installed as wheels, installed in appearance only, and broken ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from environments import SAMPLE
from running import CommandLine

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


@pytest.fixture
def installed(venv: Path, tmp_path: Path) -> CommandLine:
    """Return the installed command line, away from the source tree."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return CommandLine(folder, (venv / "bin" / "bpframe",))
