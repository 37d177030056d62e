"""Takes a sweep over from Hydra: begins it, or goes on with it, and ends it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins as HydraPlugins
from hydra.types import HydraContext
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from bpframe.cli.replaced import replaced
from bpframe.cli.schema import check_schema
from bpframe.cli.sweeps.environment import common_environment
from bpframe.cli.sweeps.folder import OPTION, Begun, begun_in, check_new, held, made, newest_of
from bpframe.cli.sweeps.loader import QuickLoader
from bpframe.cli.sweeps.run_of_sweep import typed_overrides
from bpframe.cli.sweeps.sweeper import Sweeper
from bpframe.errors import ConfigError
from bpframe.interruption import INTERRUPTED
from bpframe.observers import announce, observe
from bpframe.options import SWEEP, is_of_sweep, key_of, masked
from bpframe.outcome import load_outcomes
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import Registry
from bpframe.run import Settings
from bpframe.sweep import Strategy, Sweep

# Hydra's, which goes through all combinations: a strategy of bpframe's does so.
BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"


@dataclass
class Watched:
    """What Hydra has begun: a sweep, or None as long as none has begun."""

    sweep: Sweep | None = None


@contextmanager
def watched_sweep(plugins: Plugins) -> Iterator[Watched]:
    """Take over a sweep that Hydra begins meanwhile, and tell every plugin of it.

    What its runs have in common is in the environment, which worker processes inherit, and which
    Hydra sets around each run. Hydra's callbacks would not do: a primary configuration of one's own
    comes without ours, and their end is left out when a job raises.
    """
    watched, original = Watched(), HydraPlugins.instantiate_sweeper
    before = dict(os.environ)

    def instantiate_sweeper(
        self: HydraPlugins, *, hydra_context: Any, task_function: Any, config: DictConfig
    ) -> Any:
        check_schema(config)
        is_basic = config.hydra.sweeper.get("_target_") == BASIC
        strategy = _strategy(config, plugins)
        if strategy.resume and not is_basic:
            raise ConfigError(f"{OPTION} does not go with hydra/sweeper, which goes on by itself")
        typed = _typed(config)
        left = _left(config, strategy, typed)
        folder = left or Path(config.hydra.sweep.dir).absolute()
        loader = QuickLoader(hydra_context.config_loader.config_search_path)
        context = HydraContext(config_loader=loader, callbacks=hydra_context.callbacks)
        sweeper: Any = None
        with made(folder), ExitStack() as holding:
            holding.enter_context(held(folder))
            if not left:
                check_new(folder)
            config.hydra.sweep.dir = str(folder)
            sweep = _begin(config, plugins.registry, folder, typed, resumed=bool(left))
            if is_basic:
                sweeper = Sweeper(sweep, strategy, plugins, context, config)
                # What is wrong with any of them is told before the first begins.
                sweeper.plan(typed_overrides(config.hydra))
            announce(plugins.hook.bpframe_sweep_begin, sweep=sweep)
            closing.push(holding.pop_all())
        watched.sweep = sweep
        _record(sweep)
        sweep.environment |= common_environment(sweep, strategy.threads)
        os.environ.update(sweep.environment)
        with open_dict(config.hydra.job.env_set):
            config.hydra.job.env_set.update(sweep.environment)
        return sweeper or original(
            self, hydra_context=context, task_function=task_function, config=config
        )

    with ExitStack() as closing:
        status = "failed"
        try:
            with replaced(HydraPlugins, "instantiate_sweeper", instantiate_sweeper):
                yield watched
            status = "finished"
        except KeyboardInterrupt:
            status = INTERRUPTED
            raise
        finally:
            # Whatever ended it, what there is has its table.
            if sweep := watched.sweep:
                _restore(before, sweep.environment)
                sweep.status, sweep.outcomes = status, load_outcomes(sweep.folder, sweep.mark)
                observe(plugins.hook.bpframe_sweep_end, sweep=sweep)


def all_runs(pattern: str, cwd: Path) -> Path | None:
    """Return the folder that all runs, or sweeps, have theirs in: what its pattern begins with.

    One that is the same for all is that folder itself.
    """
    same, _, varies = pattern.partition("${")
    folder = same.rpartition("/")[0] if varies else same
    return cwd / folder if folder else None


def _strategy(config: DictConfig, plugins: Plugins) -> Strategy:
    options: Any = OmegaConf.to_container(config[SWEEP], resolve=True, enum_to_str=True)
    strategy = plugins.registry.build(SWEEP, options)
    if not isinstance(strategy, Strategy):
        raise ConfigError(f"{SWEEP}={options['name']} chooses no runs: it is no bpframe.Strategy")
    return strategy


def _typed(config: DictConfig) -> list[str]:
    """Return what was asked for.

    In a file, what is masked stays so; what goes on asks for the same words, masked alike.
    """
    return [masked(word) for word in typed_overrides(config.hydra) if not is_of_sweep(word)]


def _begin(
    config: DictConfig, registry: Registry, folder: Path, typed: list[str], *, resumed: bool
) -> Sweep:
    varying = _varying(config)
    if own := [key for key in varying if is_of_sweep(key)]:
        raise ConfigError(f"{own[0]} says how the whole sweep is carried out; give it one value")
    return Sweep(
        folder,
        Path.cwd(),
        begun_in(folder).mark if resumed else uuid.uuid4().hex,
        name=" × ".join(map(key_of, varying)) or "sweep",
        overrides=typed,
        varying=varying,
        settings=_settings(config, registry),
        resumed=resumed,
        higher_is_better=registry.higher_is_better,
        seed=0 if "seed" in map(key_of, varying) else config.seed,
    )


def _settings(config: DictConfig, registry: Registry) -> dict[str, Settings]:
    """Return the settings of the sections; what only a run knows stands in them as it is typed."""
    found: dict[str, Any] = {}
    for section in filter(config.get, registry.sections):
        try:
            found[section] = OmegaConf.to_container(config[section], resolve=True, enum_to_str=True)
        except OmegaConfBaseException:
            found[section] = OmegaConf.to_container(config[section], enum_to_str=True)
    return {section: registry.build(section, options) for section, options in found.items()}


def _left(config: DictConfig, strategy: Strategy, typed: list[str]) -> Path | None:
    """Return the folder of the sweep that is to go on; None for a new one."""
    asked = strategy.resume or ""
    if asked.lower() in ("", "false", "null"):
        return None
    if asked.lower() != "true":
        folder = Path(asked).absolute()
        begun_in(folder)
        return folder
    written: Any = OmegaConf.to_container(config.hydra.sweep, resolve=False)
    below = all_runs(str(written["dir"]), Path.cwd())
    return newest_of(typed, below) if below and below.is_dir() else None


def _record(sweep: Sweep) -> None:
    if not sweep.resumed:
        Begun(sweep.mark, sweep.overrides, str(sweep.cwd)).save(sweep.folder)


def _restore(before: Mapping[str, str], changed: Mapping[str, str]) -> None:
    for name in changed:
        os.environ.pop(name, None)
        if name in before:
            os.environ[name] = before[name]


def _varying(config: DictConfig) -> list[str]:
    """Return the options that are swept on the command line or by the sweeper's ``params``."""
    overrides = OverridesParser.create().parse_overrides(typed_overrides(config.hydra))
    swept = [override.get_key_element() for override in overrides if override.is_sweep_override()]
    params = config.hydra.sweeper.get("params") if config.hydra.sweeper else None
    return [*swept, *(params if isinstance(params, Mapping | DictConfig) else ())]
