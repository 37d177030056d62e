"""Finds what the names on the command line stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bpframe import Plugins, typed_command
from bpframe.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from bpframe import Broken, Entry, Source


class Selection(NamedTuple):
    """The components and the broken plugins that are to be checked.

    Attributes
    ----------
    entries : list of (str, Entry)
        Each component with its kind, or its section.
    broken : list of Broken
        Plugins that could not be loaded.
    """

    entries: list[tuple[str, Entry]]
    broken: list[Broken]


def select(plugins: Plugins, names: Sequence[str]) -> Selection:
    """Return what the names stand for; everything if there are none.

    Raises
    ------
    ConfigError
        If nothing has such a name.
    """
    entries = [
        (kind, entry)
        for kind, named in plugins.registry.entries.items()
        for entry in named.values()
    ]
    if not names:
        return Selection(entries, plugins.broken)
    called = [_names(kind, entry) for kind, entry in entries]
    of_broken = [_names_of_source(broken.source) for broken in plugins.broken]
    known = set().union(*called, *of_broken)
    for name in names:
        if name not in known:
            raise ConfigError(
                f"there is no '{name}' to be checked; a NAME is a component, kind/name, a kind, "
                f"a plugin or a distribution, as `{typed_command('plugins')}` lists them."
                + did_you_mean(name, sorted(known))
            )
    wanted = set(names)
    return Selection(
        [entry for entry, own in zip(entries, called, strict=True) if wanted & own],
        [broken for broken, own in zip(plugins.broken, of_broken, strict=True) if wanted & own],
    )


def known_names(plugins: Plugins) -> set[str]:
    """Return the components and the kinds that may be named."""
    entries = plugins.registry.entries
    return set(entries).union(*entries.values())


def _names(kind: str, entry: Entry) -> set[str]:
    return {entry.name, f"{kind}/{entry.name}", kind} | _names_of_source(entry.source)


def _names_of_source(source: Source) -> set[str]:
    names, file = {source.plugin, source.distribution.partition(" ")[0]}, Path(source.plugin)
    return names | ({file.name, file.stem} if file.suffix == ".py" else set())
