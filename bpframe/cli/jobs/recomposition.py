"""Composes the recorded configuration of a run anew, with other options in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra import compose
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.utils import configure_log
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from bpframe.cli.hydra_errors import translate
from bpframe.cli.jobs.environment import missing_plugins
from bpframe.cli.jobs.record import Record, merged
from bpframe.cli.schema import PRIMARY, groups, own_configuration
from bpframe.errors import ConfigError
from bpframe.options import OUTPUT_ACTIVATION, OUTPUT_CHOICE, flat_options, key_of
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import Registry
from bpframe.recorded import CONFIG

RECORDED = "the_record"


def recompose(
    record: Record, overrides: list[str], plugins: Plugins
) -> tuple[DictConfig, Path, list[str]]:
    """Return the recorded configuration with other options, a new folder, and what was asked for.

    What is logged from here on is logged as in any run.

    Parameters
    ----------
    record : Record
        Of the run.
    overrides : list of str
        What is to be another, as `checked_overrides` returns it.
    plugins : Plugins
        Where components come from.

    Raises
    ------
    ConfigError
        If the record or an override cannot be used.
    """
    registry = plugins.registry
    chosen = _chosen_groups(overrides, registry)
    try:
        composed = _compose(record, overrides, chosen, registry)
    except ConfigError as error:
        had = ", ".join(missing_plugins(record.environment, plugins))
        hint = f" The run had plugins that are not loaded now: {had}" if had else ""
        raise ConfigError(f"{record.folder / CONFIG}: {error}{hint}") from error
    folder = Path(composed.hydra.run.dir).absolute()
    configure_log(composed.hydra.job_logging, composed.hydra.verbose)
    with open_dict(composed):
        del composed["hydra"]
    return composed, folder, merged(record.outcome.overrides, overrides, chosen)


def _chosen_groups(overrides: list[str], registry: Registry) -> set[str]:
    """Return the groups in which the overrides make another choice."""
    parsed = OverridesParser.create().parse_overrides(overrides)
    keys = [key_of(override.get_key_element()) for override in parsed]
    if "experiment" in keys:
        raise ConfigError("an experiment cannot be chosen here: it would replace the record")
    return {key.rpartition("@")[2] for key in keys} & set(groups(registry))


def _compose(
    record: Record, overrides: list[str], chosen: set[str], registry: Registry
) -> DictConfig:
    """Return the recorded configuration with the overrides, checked against the schema."""
    kept = {key: value for key, value in record.config.items() if key not in chosen}
    defaults = [
        {f"override /{OUTPUT_CHOICE if group == OUTPUT_ACTIVATION else group}": _name(group, kept)}
        for group in groups(registry)
        if group in kept
    ]
    # As an experiment it comes behind the defaults and before the overrides, in Hydra's order.
    ConfigStore.instance().store(
        group="experiment",
        name=RECORDED,
        node={"defaults": defaults, **kept},
        package="_global_",
    )
    try:
        with own_configuration():
            composed = compose(
                PRIMARY, [f"experiment={RECORDED}", *overrides], return_hydra_config=True
            )
    except (HydraException, OmegaConfBaseException, ValueError, AssertionError) as error:
        raise translate(error, registry) from error
    _check_complete(composed, kept, chosen, overrides, registry)
    return composed


def _name(group: str, config: dict[str, Any]) -> str | None:
    chosen = config[group]
    if chosen is None:
        return None
    if not isinstance(chosen, dict) or not isinstance(chosen.get("name"), str):
        raise ConfigError(f"'{group}' is {chosen!r}; expected its name and options")
    return str(chosen["name"])


def _check_complete(
    composed: DictConfig,
    kept: dict[str, Any],
    chosen: set[str],
    overrides: list[str],
    registry: Registry,
) -> None:
    """Raise a ConfigError for what the record lacks: a default of today is not what was run."""
    whole: Any = OmegaConf.to_container(composed, resolve=False)
    # A plugin that was not there had no section, and settings change no result.
    new = {section for section in registry.sections if section not in kept}
    given = set(map(key_of, overrides))
    recorded = flat_options(kept)
    wanted = {k: v for k, v in whole.items() if k not in chosen | new | {"hydra"}}
    missing = [key for key in flat_options(wanted) if key not in recorded and key not in given]
    if missing:
        raise ConfigError(f"'{', '.join(missing)}' is missing; give it: {missing[0]}=VALUE")
