"""Which machine measures, and with which versions."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from contenders import OTHERS


def description() -> str:
    """Return processor, Python and versions in a line."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = f"{models[0]}, {len(models)} cores" if models else platform.processor()
    packages = dict.fromkeys(["bpframe", "numba", *(package for *_, package in OTHERS.values())])
    versions = ", ".join(f"{package} {_version(package)}" for package in packages)
    return f"{name}; Python {platform.python_version()}; {versions}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
