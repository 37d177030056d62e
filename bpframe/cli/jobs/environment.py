"""What a run's numbers depend on beside its configuration, so that a repetition can be judged."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bpframe.core.blas import blas_libraries
from bpframe.errors import ConfigError
from bpframe.plugins.loaded import Plugins
from bpframe.run import Run

FILE = "environment.json"
LOCAL = "local"
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


def to_json(values: Environment) -> bytes:
    """Return the content of ``environment.json``."""
    return (json.dumps(values, indent=2) + "\n").encode()


def load_environment(folder: Path) -> Environment:
    """Return the environment of the run in a folder.

    Raises
    ------
    ConfigError
        If it is not there, or not what `environment` gives.
    """
    try:
        values = json.loads((folder / FILE).read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder / FILE} cannot be read: {error}") from None
    tables = [values.get(key) for key in TABLES] if isinstance(values, dict) else [None]
    if (
        not isinstance(values, dict)
        or not isinstance(values.get("cwd"), str)
        or not all(
            isinstance(t, dict) and all(isinstance(v, str) for v in t.values()) for t in tables
        )
    ):
        raise ConfigError(f"{folder / FILE} is not the environment of a run")
    return values


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
