"""The sweep that Hydra carries out: how its runs know each other, and where they are."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper
from omegaconf import DictConfig, OmegaConf

from bpframe.cli.replaced import replaced
from bpframe.cli.schema import check_schema

MARK = "BPFRAME_SWEEP"
VARYING = "BPFRAME_SWEEP_VARYING"


@dataclass
class Sweep:
    """A sweep that may be carried out.

    Attributes
    ----------
    mark : str
        A random word that the outcomes of all its runs have.
    folder : pathlib.Path or None
        Where its runs are; None as long as no sweep has begun.
    """

    mark: str
    folder: Path | None = None


@contextmanager
def watched_sweep() -> Iterator[Sweep]:
    """Watch for a sweep that Hydra begins meanwhile, and give its runs a mark.

    The mark is in the environment, which worker processes inherit. Hydra's callbacks would not
    do: a primary configuration of one's own comes without ours, and their end is left out when a
    job raises.
    """
    sweep = Sweep(uuid.uuid4().hex)
    original = Plugins.instantiate_sweeper

    def instantiate_sweeper(self: Plugins, *, config: DictConfig, **others: Any) -> Sweeper:
        check_schema(config)
        sweep.folder = Path(config.hydra.sweep.dir).absolute()
        os.environ[VARYING] = ",".join(_varying(config))
        return original(self, config=config, **others)

    before = {name: os.environ.get(name) for name in (MARK, VARYING)}
    os.environ[MARK] = sweep.mark
    try:
        with replaced(Plugins, "instantiate_sweeper", instantiate_sweeper):
            yield sweep
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def sweep_mark() -> str:
    """Return the mark of the sweep that this process works for."""
    return os.environ.get(MARK, "")


def varying_keys() -> list[str]:
    """Return the options that have several values in the sweep that this process works for."""
    return [key for key in os.environ.get(VARYING, "").split(",") if key]


def typed_overrides(hydra: Any) -> list[str]:
    """Return what was typed, from Hydra's own configuration, with its interpolations in it.

    Read one by one, as from any list, they would be resolved, and against Hydra's options.
    """
    words: Any = OmegaConf.to_container(hydra.overrides.task, resolve=False)
    return list(words)


def _varying(config: DictConfig) -> list[str]:
    """Return the options that are swept on the command line or by the sweeper's ``params``."""
    overrides = OverridesParser.create().parse_overrides(typed_overrides(config.hydra))
    swept = [override.get_key_element() for override in overrides if override.is_sweep_override()]
    params = config.hydra.sweeper.get("params") if config.hydra.sweeper else None
    return [*swept, *(params if isinstance(params, Mapping | DictConfig) else ())]
