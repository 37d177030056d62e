"""The environment that a run's numbers depend on, so that a repetition can be judged."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bpframe.core.blas import blas_libraries
from bpframe.plugins.entry import LOCAL
from bpframe.plugins.loaded import Plugins
from bpframe.run import Run

# numba compiles `backprop=fused`, and an extra may be left out.
PACKAGES = ("bpframe", "numpy", "scipy", "numba")
TABLES = ("packages", "plugins")
Environment = dict[str, Any]


def environment(run: Run, plugins: Plugins) -> Environment:
    """Return the environment of a run.

    Its keys are ``cwd`` (what relative paths are relative to), ``data`` (a fingerprint),
    ``plugins`` (name → distribution, or a digest of a local file), ``packages`` (name → version),
    ``python``, ``machine`` and ``blas``.
    """
    return {
        "cwd": str(run.cwd),
        "data": run.data.fingerprint,
        "plugins": {s.plugin: _distribution(s.plugin, s.distribution) for s in plugins.loaded},
        "packages": dict(_versions()),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "blas": blas_libraries(),
    }


def differences(before: Environment, after: Environment) -> list[str]:
    """Return a line for each thing that is not as it was; ``cwd`` decides no number."""
    lines = []
    for key in ("data", "python", "machine", "blas"):
        if before.get(key) != after.get(key):
            lines.append(f"{key}: {_text(before.get(key))} before, {_text(after.get(key))} now")
    for key in TABLES:
        old, new = before.get(key, {}), after.get(key, {})
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                was, now = (values.get(name, "not there") for values in (old, new))
                lines.append(f"{key.removesuffix('s')} {name}: {was} before, {now} now")
    return lines


def missing_plugins(before: Environment, plugins: Plugins) -> list[str]:
    """Return the flags that load again what the run had and this process has not."""
    here = {source.plugin for source in plugins.loaded}
    return [
        f"-P {name}" if distribution.startswith(LOCAL) else f"{name} ({distribution})"
        for name, distribution in before["plugins"].items()
        if name not in here
    ]


def _distribution(plugin: str, distribution: str) -> str:
    if distribution == LOCAL and Path(plugin).is_file():
        return f"{LOCAL} {hashlib.sha256(Path(plugin).read_bytes()).hexdigest()[:16]}"
    return distribution


@cache
def _versions() -> list[tuple[str, str]]:
    found = []
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
