"""The options of a component, as Hydra finds them in its store."""

from __future__ import annotations

from typing import Any

from hydra.core.config_store import ConfigNode
from omegaconf import OmegaConf

from bpframe.plugins.entry import Entry


class Published(ConfigNode):
    """A node of Hydra's store that is made when it is chosen, which few of them are in a run.

    Parameters
    ----------
    group, name : str
        Where it stands.
    entry : Entry
        The component or settings, whose schema it is.
    """

    def __init__(self, group: str, name: str, entry: Entry) -> None:
        self.name, self.group, self.package, self.provider = f"{name}.yaml", group, None, None
        self._entry = entry

    def __getattr__(self, name: str) -> Any:
        if name != "node":
            raise AttributeError(name)
        self.node = OmegaConf.structured(self._entry.schema())
        return self.node
