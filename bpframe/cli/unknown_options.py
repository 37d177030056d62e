"""The message for an option that is not there: what is, and where one of that name is known."""

from __future__ import annotations

from typing import Any

from omegaconf import DictConfig

from bpframe.cli.near_names import our_name
from bpframe.cli.overrides.option_types import option_keys
from bpframe.errors import did_you_mean, nearest
from bpframe.plugins.registry import Registry

HIDDEN = ("hydra", "_target_")


def unknown_option(full_key: str, key: str, parent: Any, registry: Registry) -> str:
    """Return the message for an option that is not there.

    Parameters
    ----------
    full_key : str
        The key that was written, such as ``activation.slope``.
    key : str
        The last word of it, which is not there.
    parent : DictConfig or another node
        Where it was looked for.
    registry : Registry
        The components, which may have an option of that name.
    """
    where = full_key.removesuffix(key).rstrip(".: ")
    if elsewhere := registry.where_known(where, key):
        return f"there is no '{full_key}' with the {where} that is chosen.{elsewhere}"
    known = [str(k) for k in parent if k not in HIDDEN] if isinstance(parent, DictConfig) else []
    has = f"{where or 'the configuration'} has {', '.join(known) or 'no options'}"
    return f"there is no '{full_key}'; {has}.{_near(where, key, known, registry)}"


def _near(where: str, key: str, known: list[str], registry: Registry) -> str:
    if where in ("hydra.launcher", "hydra.sweeper"):
        return f" Another one is chosen with {where.replace('.', '/')}=NAME, if it is installed."
    if where.startswith("hydra"):
        return did_you_mean(key, known)
    options, name = option_keys(registry), our_name(key.rpartition("/")[2])
    if name in options and name not in known:
        group = options[name].partition(".")[0]
        return f" Did you mean '{options[name]}'?" + registry.where_known(group, name)
    if not where and not nearest(name, known) and (close := nearest(name, options)):
        return f" Did you mean '{options[close]}'?"
    return did_you_mean(name, known)
