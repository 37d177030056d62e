"""The record of a run in its folder: the files that are written, and how they are read again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import yaml
from omegaconf import OmegaConf
from omegaconf._utils import OmegaConfDumper

from bpframe.cli.jobs.environment import TABLES, Environment, environment
from bpframe.errors import ConfigError
from bpframe.options import key_of, masked
from bpframe.outcome import Outcome, load_outcome
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import KINDS
from bpframe.recorded import CONFIG
from bpframe.run import Run

ENVIRONMENT = "environment.json"


@dataclass(frozen=True)
class Record:
    """The record of a run.

    Attributes
    ----------
    folder : pathlib.Path
        The run's folder.
    config : dict
        Its resolved configuration.
    outcome : Outcome
        What became of it.
    environment : dict
        See `bpframe.cli.jobs.environment.environment`.
    """

    folder: Path
    config: dict[str, Any]
    outcome: Outcome
    environment: Environment


def save_record(run: Run, plugins: Plugins) -> None:
    """Write what a run can be repeated from, but for its outcome, into its folder."""
    run.save(CONFIG, masked(_yaml_of(run.config)).encode())
    run.save(ENVIRONMENT, (json.dumps(environment(run, plugins), indent=2) + "\n").encode())


def _yaml_of(config: dict[str, Any]) -> str:
    """Return what OmegaConf's own function writes, which takes ten times as long."""
    return str(yaml.dump(config, Dumper=_dumper(), allow_unicode=True, sort_keys=False))


@cache
def _dumper() -> Any:
    dumper: Any = type("Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {})
    dumper.add_representer(str, OmegaConfDumper.str_representer)
    dumper.add_multi_representer(
        PurePath, lambda self, path: OmegaConfDumper.str_representer(self, str(path))
    )
    return dumper


def load_record(run: str) -> Record:
    """Return the record of a run for another working folder: its paths are absolute.

    Raises
    ------
    ConfigError
        See `read_record`.
    """
    record = read_record(run)
    cwd, config = Path(record.environment["cwd"]), record.config
    for kind in KINDS:
        if isinstance(config.get(kind), dict):
            config[kind] = with_absolute_paths(config[kind], cwd)
    return record


def read_record(run: str) -> Record:
    """Return the record of a run as it stands, from its folder or its ``config.yaml``.

    Raises
    ------
    ConfigError
        If something of it is missing or cannot be read.
    """
    path = Path(run)
    if not path.exists():
        raise ConfigError(f"there is no {run}; expected the folder of a run, or its {CONFIG}")
    folder = path if path.is_dir() else path.parent
    if not (folder / CONFIG).is_file():
        raise ConfigError(f"{folder} is no folder of a run: there is no {CONFIG} in it")
    try:
        config: Any = OmegaConf.to_container(OmegaConf.load(folder / CONFIG))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{folder} is no folder of a run: {reason}") from None
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise ConfigError(f"{folder / CONFIG} is not the configuration of a run")
    # They would tell Hydra where to write and what to compose.
    if found := {"hydra", "defaults"} & config.keys():
        raise ConfigError(f"{folder / CONFIG}: a run has no '{min(found)}'; take it out")
    return Record(folder.resolve(), config, load_outcome(folder), load_environment(folder))


def load_environment(folder: Path) -> Environment:
    """Return the environment of the run in a folder.

    Raises
    ------
    ConfigError
        If it cannot be read.
    """
    try:
        values = json.loads((folder / ENVIRONMENT).read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder / ENVIRONMENT} cannot be read: {error}") from None
    tables = [values.get(key) for key in TABLES] if isinstance(values, dict) else [None]
    if (
        not isinstance(values, dict)
        or not isinstance(values.get("cwd"), str)
        or not all(
            isinstance(t, dict) and all(isinstance(v, str) for v in t.values()) for t in tables
        )
    ):
        raise ConfigError(f"{folder / ENVIRONMENT} is not the environment of a run")
    return values


def with_absolute_paths(options: Mapping[str, Any], cwd: Path) -> dict[str, Any]:
    """Return a component's options, with texts that name a file of the old working folder absolute.

    What is no path by its looks is left alone, also if a file happens to have that name.
    """

    def absolute(key: str, value: Any) -> Any:
        looks_so = isinstance(value, str) and (
            key.endswith("path") or os.sep in value or "." in value
        )
        return str(cwd / value) if looks_so and value and (cwd / value).exists() else value

    return {key: absolute(key, value) for key, value in options.items()}


def merged(before: Iterable[str], added: Iterable[str], chosen: set[str]) -> list[str]:
    """Return overrides with those added, which replace what they set anew.

    Parameters
    ----------
    before, added : iterable of str
        Overrides.
    chosen : set of str
        The groups that the added ones choose anew, with what had been set in them.
    """
    kept = {key_of(override): override for override in before}
    for key in list(kept):
        if key.partition(".")[0] in chosen:
            del kept[key]
    return [*(kept | {key_of(override): override for override in added}).values()]
