"""Composes the configuration of each run of a sweep from one that is composed once."""

from __future__ import annotations

import copy
import functools
from typing import Any

from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, open_dict

# Hydra's own option, by which the number of a run travels to whatever carries it out.
NUMBER = "hydra.job.num"


class QuickLoader(ConfigLoaderImpl):
    """Hydra's loader, which composes once for each combination of chosen files.

    Hydra composes for each run anew what differs in nothing but a value, and that takes longer
    than a short training. A value is applied to a copy instead, as Hydra does behind its composing.

    Parameters
    ----------
    config_search_path
        Of the loader that it stands in for.
    """

    def __init__(self, config_search_path: Any) -> None:
        super().__init__(config_search_path)
        self._composed: dict[tuple[str, ...], DictConfig] = {}
        self._scratch: dict[tuple[str, ...], DictConfig] = {}
        self._options: dict[tuple[str, ...], DictConfig] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_composed": {}, "_scratch": {}, "_options": {}}

    def load_sweep_config(
        self, master_config: DictConfig, sweep_overrides: list[str]
    ) -> DictConfig:
        """Return the configuration of a run, as Hydra would compose it.

        Parameters
        ----------
        master_config : DictConfig
            Of the sweep.
        sweep_overrides : list of str
            Those of the run, and ``hydra.job.num=NUMBER``.
        """
        choosing, values = self._told_apart(sweep_overrides)
        config = copy.deepcopy(self._base(master_config, choosing))
        self._apply(config, sweep_overrides, values)
        with open_dict(config.hydra.job.env_set):
            config.hydra.job.env_set.update(master_config.hydra.job.env_set)
        # What a launcher counts may be another number, for some runs may be finished already.
        config.hydra.sweep.subdir = str(config.hydra.sweep.subdir)
        return config

    def folder_of(self, master_config: DictConfig, sweep_overrides: list[str]) -> str:
        """Return the folder of a run inside that of the sweep.

        Raises
        ------
        hydra.errors.HydraException, omegaconf.errors.OmegaConfBaseException
            If its configuration cannot be composed.
        """
        choosing, values = self._told_apart(sweep_overrides)
        key = tuple(choosing)
        if key not in self._scratch or _leave_traces(values):
            self._scratch[key] = copy.deepcopy(self._base(master_config, choosing))
        self._apply(self._scratch[key], sweep_overrides, values)
        return str(self._scratch[key].hydra.sweep.subdir)

    def options_of(self, master_config: DictConfig, sweep_overrides: list[str]) -> DictConfig:
        """Return the options of a run without those of Hydra; they are valid until the next call.

        Parameters
        ----------
        master_config, sweep_overrides
            See `load_sweep_config`.
        """
        choosing, values = self._told_apart(sweep_overrides)
        key = tuple(choosing)
        if key not in self._options or _leave_traces(values):
            config = copy.deepcopy(self._base(master_config, choosing))
            with open_dict(config):
                del config["hydra"]
            self._options[key] = config
        self._apply_overrides_to_config(values, self._options[key])
        return self._options[key]

    def _base(self, master_config: DictConfig, choosing: list[str]) -> DictConfig:
        key = tuple(choosing)
        if key not in self._composed:
            config = super().load_sweep_config(master_config, choosing)
            config.hydra.sweep.dir = str(master_config.hydra.sweep.dir)
            self._composed[key] = config
        return self._composed[key]

    def _told_apart(self, words: list[str]) -> tuple[list[str], list[Override]]:
        """Return the words that choose files, or are Hydra's, and those that set a value."""
        choosing, values = [], []
        for word in words:
            override = parsed(word)
            if override.key_or_group == NUMBER:
                continue
            is_group = self.repository.group_exists(override.key_or_group)
            chooses = is_group and not isinstance(override.value(), dict)
            if chooses or override.is_hydra_override():
                choosing.append(word)
            else:
                values.append(override)
        return choosing, values

    def _apply(self, config: DictConfig, words: list[str], values: list[Override]) -> None:
        self._apply_overrides_to_config(values, config)
        hydra = config.hydra
        overrides = [parsed(word) for word in words]
        of_task = [override for override in overrides if not override.is_hydra_override()]
        hydra.overrides.task = [str(override.input_line) for override in of_task]
        naming = hydra.job.config.override_dirname
        hydra.job.override_dirname = get_overrides_dirname(
            overrides=of_task,
            kv_sep=naming.kv_sep,
            item_sep=naming.item_sep,
            exclude_keys=naming.exclude_keys,
        )
        hydra.job.num = number_of(words)
        hydra.overrides.hydra = [
            *(word for word in hydra.overrides.hydra if not word.startswith(NUMBER)),
            numbered(number_of(words)),
        ]


def _leave_traces(values: list[Override]) -> bool:
    """Return whether a configuration that some values were set in is of no use for another run.

    All runs set the same keys, so that none sees a value of another one. But what is added or
    deleted once cannot be so again, and a dictionary is merged with the one before.
    """
    return any(v.is_add() or v.is_delete() or isinstance(v.value(), dict) for v in values)


def numbered(number: int) -> str:
    """Return the word by which a run's number travels."""
    return f"{NUMBER}={number}"


def number_of(words: Any) -> int:
    """Return the number of a run from the words of its configuration."""
    return next(int(word.partition("=")[2]) for word in words if word.startswith(NUMBER))


@functools.lru_cache(maxsize=10_000)
def parsed(word: str) -> Override:
    """Return an override as Hydra reads it; one that is repeated in each run is read once."""
    (override,) = OverridesParser.create().parse_overrides([word])
    return override
