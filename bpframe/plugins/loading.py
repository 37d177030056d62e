"""Loads plugins: installed ones by entry point, and local files and modules by name."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pluggy

from bpframe import local
from bpframe.errors import ConfigError, PluginError
from bpframe.plugins import hookspecs
from bpframe.plugins.core_plugin import Core
from bpframe.plugins.entry import LOCAL, Source
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import COMPONENT_HOOKS, Registry
from bpframe.waiting import patience_of_environment, watch

GROUP = "bpframe"
DISABLE = "BPFRAME_DISABLE_PLUGINS"


def load_plugins() -> Plugins:
    """Load what is installed, then what ``BPFRAME_PLUGINS`` names, less what is disabled.

    Nothing that is wrong with a plugin is raised; it stands in `Plugins.broken`.

    Raises
    ------
    ConfigError
        If ``BPFRAME_PATIENCE`` is no number of seconds.
    """
    watch.patience = patience_of_environment()
    manager = _new_manager()
    registry = Registry()
    for name, kind in COMPONENT_HOOKS.items():
        hook = getattr(manager.hook, name)
        hook.call_historic(kwargs={"register": registry.registrar(kind)})
    manager.hook.bpframe_register_commands.call_historic(
        kwargs={"register": registry.register_command}
    )
    plugins = Plugins(manager, registry)
    manager.register(Core(plugins), "core")
    disabled = {name.strip() for name in os.environ.get(DISABLE, "").split(",")}
    for source, point in _ordered(entry_points(group=GROUP)):
        if point.name not in disabled:
            plugins.add(source, point.load)
    local.refresh()
    for item in local.listed():
        plugins.add(Source(item, LOCAL), partial(_import_local, item))
    return plugins


def hooks_of(*plugins: object) -> pluggy.HookRelay:
    """Return the hooks of these plugins alone, modules or objects, for a `Run` of one's own."""
    manager = _new_manager()
    for plugin in plugins:
        manager.register(plugin)
    return manager.hook


def _new_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("bpframe")
    manager.add_hookspecs(hookspecs)
    return manager


@cache
def loaded_plugins() -> Plugins:
    """Return the plugins of this process, loaded at the first call.

    The command line loads them anew at its start; a worker process of a launcher, which starts
    with a job, finds here what its environment names.
    """
    return load_plugins()


def use_local(items: Iterable[str]) -> list[str]:
    """Add files and modules to ``BPFRAME_PLUGINS`` and return them, files by absolute path.

    Worker processes, which may run in other folders, inherit the variable.

    Raises
    ------
    ConfigError
        If a path cannot stand in the variable.
    """
    listed, added = (
        [str(Path(item).resolve()) if item.endswith(".py") else item for item in names]
        for names in (local.listed(), items)
    )
    for item in added:
        if os.pathsep in item:
            raise ConfigError(
                f"-P {item}: a plugin's path cannot have a '{os.pathsep}' in it, which separates "
                f"plugins in {local.VARIABLE}; rename it or give it a link"
            )
    os.environ[local.VARIABLE] = os.pathsep.join(dict.fromkeys([*listed, *added]))
    return added


def _ordered(points: Iterable[EntryPoint]) -> list[tuple[Source, EntryPoint]]:
    # A distribution reads its whole description each time that it is asked for its name.
    name_of = cache(lambda dist: (dist.name, dist.version))
    found = []
    for point in points:
        name, version = name_of(point.dist) if point.dist else ("unknown", "distribution")
        # bpframe's own come first: a name that somebody takes again is reported as the stranger's.
        order = (point.dist is None or name != GROUP, point.name)
        found.append((order, Source(point.name, f"{name} {version}"), point))
    return [(source, point) for _, source, point in sorted(found, key=lambda each: each[0])]


def _import_local(item: str) -> object:
    if not item.endswith(".py"):
        # `python -m` looks into the working folder, a console script does not.
        if str(Path.cwd()) not in sys.path:
            sys.path.append(str(Path.cwd()))
        return importlib.import_module(item)
    path = Path(item).resolve()
    if not path.is_file():
        raise PluginError(f"there is no file {path}")
    if "." in path.stem:
        raise PluginError("the name of a plugin file has no dot but that of .py; rename it")
    module = importlib.import_module(f"{local.__name__}.{local.place(item)[1]}")
    found = Path(module.__file__ or "")
    if found.resolve() != path:
        raise PluginError(f"another file of this name comes first: {found}")
    return module
