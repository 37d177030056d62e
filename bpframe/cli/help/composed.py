"""The configuration that overrides compose, as help shows it."""

from __future__ import annotations

from collections.abc import Iterable

from hydra import compose
from omegaconf import OmegaConf

from bpframe.cli.hydra_errors import translate
from bpframe.cli.overrides.checks import checked_overrides
from bpframe.cli.schema import PRIMARY, own_configuration, publish
from bpframe.plugins.registry import Registry


def composed_text(overrides: Iterable[str], registry: Registry) -> str:
    """Return the configuration as YAML.

    Raises
    ------
    BpframeError
        In place of what Hydra raises for a wrong override.
    """
    publish(registry)
    try:
        readable = checked_overrides(overrides, registry)
        with own_configuration():
            return OmegaConf.to_yaml(compose(PRIMARY, readable))
    except Exception as error:
        raise translate(error, registry) from error
