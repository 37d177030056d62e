"""The record of a run: what it was asked for, what it gave, and where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from yaml import YAMLError

from bpframe.cli.jobs.environment import Environment, load_environment
from bpframe.errors import ConfigError
from bpframe.outcome import Outcome, load_outcome
from bpframe.plugins.registry import KINDS

CONFIG = "config.yaml"


@dataclass(frozen=True)
class Record:
    """The record of a run.

    Attributes
    ----------
    folder : pathlib.Path
        The run's folder.
    config : dict
        Its resolved configuration; files are named by absolute paths.
    outcome : Outcome
        What became of it.
    environment : dict
        See `bpframe.cli.jobs.environment.environment`.
    """

    folder: Path
    config: dict[str, Any]
    outcome: Outcome
    environment: Environment


def load_record(run: str) -> Record:
    """Return the record of a run, from its folder or its ``config.yaml``.

    Raises
    ------
    ConfigError
        If something of it is missing or cannot be read.
    """
    path = Path(run)
    if not path.exists():
        raise ConfigError(f"there is no {run}; RUN is the folder of a run, or its {CONFIG}")
    folder = path if path.is_dir() else path.parent
    try:
        config: Any = OmegaConf.to_container(OmegaConf.load(folder / CONFIG))
    except (OSError, ValueError, YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{folder} is no folder of a run: {reason}") from None
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise ConfigError(f"{folder / CONFIG} is not the configuration of a run")
    # They would tell Hydra where to write and what to compose.
    if found := {"hydra", "defaults"} & config.keys():
        raise ConfigError(f"{folder / CONFIG}: a run has no '{min(found)}'; take it out")
    environment = load_environment(folder)
    cwd = Path(environment["cwd"])
    for kind in KINDS:
        if isinstance(config.get(kind), dict):
            config[kind] = with_absolute_paths(config[kind], cwd)
    return Record(folder.resolve(), config, load_outcome(folder), environment)


def with_absolute_paths(options: Mapping[str, Any], cwd: Path) -> dict[str, Any]:
    """Return a part's options, with texts that name a file of the old working folder absolute.

    What is no path by its looks is left alone, also if a file happens to have that name.
    """

    def absolute(key: str, value: Any) -> Any:
        looks_so = isinstance(value, str) and (
            key.endswith("path") or os.sep in value or "." in value
        )
        return str(cwd / value) if looks_so and value and (cwd / value).exists() else value

    return {key: absolute(key, value) for key, value in options.items()}


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested options by their dotted names."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


def merged(before: Iterable[str], added: Iterable[str], chosen: set[str]) -> list[str]:
    """Return overrides with those added, which replace what they set anew.

    Parameters
    ----------
    before, added : iterable of str
        Overrides.
    chosen : set of str
        The groups that the added ones choose anew, with what had been set in them.
    """
    kept = {_key(override): override for override in before}
    for key in list(kept):
        if key.partition(".")[0] in chosen:
            del kept[key]
    return [*(kept | {_key(override): override for override in added}).values()]


def _key(override: str) -> str:
    return override.partition("=")[0].lstrip("+~")
