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
from hydra.core.plugins import Plugins as HydraPlugins
from hydra.plugins.sweeper import Sweeper
from omegaconf import DictConfig, OmegaConf, open_dict

from bpframe.cli.replaced import replaced
from bpframe.cli.schema import check_schema
from bpframe.observers import observe
from bpframe.options import key_of
from bpframe.plugins.loaded import Plugins
from bpframe.sweep import Sweep

MARK = "BPFRAME_SWEEP"
VARYING = "BPFRAME_SWEEP_VARYING"


@dataclass
class Watched:
    """What Hydra has begun: a sweep, or None as long as none has begun."""

    sweep: Sweep | None = None


@contextmanager
def watched_sweep(plugins: Plugins) -> Iterator[Watched]:
    """Watch for a sweep that Hydra begins meanwhile, and let every plugin see its beginning.

    What its runs have in common is in the environment, which worker processes inherit, and which
    Hydra sets around each run. Hydra's callbacks would not do: a primary configuration of one's own
    comes without ours, and their end is left out when a job raises.
    """
    watched = Watched()
    original = HydraPlugins.instantiate_sweeper

    def instantiate_sweeper(self: HydraPlugins, *, config: DictConfig, **others: Any) -> Sweeper:
        check_schema(config)
        sweep = watched.sweep = _begin(config, plugins)
        sweep.environment |= {MARK: sweep.mark, VARYING: ",".join(sweep.varying)}
        observe(plugins.hook.bpframe_sweep_begin, sweep=sweep)
        os.environ.update(sweep.environment)
        with open_dict(config.hydra.job.env_set):
            config.hydra.job.env_set.update(sweep.environment)
        return original(self, config=config, **others)

    before = dict(os.environ)
    try:
        with replaced(HydraPlugins, "instantiate_sweeper", instantiate_sweeper):
            yield watched
    finally:
        for name in watched.sweep.environment if watched.sweep else ():
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]


def _begin(config: DictConfig, plugins: Plugins) -> Sweep:
    folder = Path(config.hydra.sweep.dir).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    registry = plugins.registry
    options: Any = OmegaConf.to_container(
        OmegaConf.masked_copy(config, registry.sections), enum_to_str=True
    )
    varying = _varying(config)
    return Sweep(
        folder,
        Path.cwd(),
        uuid.uuid4().hex,
        name=" × ".join(map(key_of, varying)) or "sweep",
        overrides=typed_overrides(config.hydra),
        varying=varying,
        settings={s: registry.build(s, options[s]) for s in registry.sections if options[s]},
    )


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
