"""Loads plugins: installed ones by entry point, and local files and modules by name."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from bpframe import components, hookspecs, local
from bpframe.blame import named
from bpframe.closed_form import closed_form_of
from bpframe.components import Activation, Cost, OutputError
from bpframe.errors import ConfigError, PluginError, did_you_mean, message_of
from bpframe.interruption import is_interruption
from bpframe.listing import list_plugins
from bpframe.observe import observe
from bpframe.registry import Command, Registry, Source
from bpframe.run import Figure, Run
from bpframe.traces import place_of
from bpframe.waiting import patience_of_environment, watch

GROUP = "bpframe"
DISABLE = "BPFRAME_DISABLE_PLUGINS"
OBSERVERS = {
    "bpframe_epoch_metrics",
    "bpframe_epoch_end",
    "bpframe_run_end",
    "bpframe_sweep_end",
}
HOOKS = {
    "activations": components.Activation,
    "costs": components.Cost,
    "backprops": components.Backprop,
    "datasets": components.Dataset,
    "initializers": components.Initializer,
    "optimizers": components.Optimizer,
    "regularizers": components.Regularizer,
    "tasks": components.Task,
    "settings": components.Settings,
}


class Core:
    """The core's own part in the life cycle: it calls the task."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    @hookspecs.hookimpl(trylast=True)
    def bpframe_run(self, run: Run) -> bool:
        """Carry out the task; observers of the end see what there is, also after an error."""
        try:
            # Here already, so that the plugins around the run see an ordinary error.
            with named(self._plugins):
                run.task.run(run)
        finally:
            # What ended early says what it had.
            for name, value in run.epochs[-1].results.items() if run.epochs else ():
                run.figures.setdefault(name, Figure(value, f"epoch {run.epochs[-1].number}"))
            observe(run.hook.bpframe_run_end, run=run)
        return True

    @hookspecs.hookimpl
    def bpframe_register_commands(self, register: Callable[[str, Command], None]) -> None:
        """Register ``bpframe plugins``."""
        register("plugins", list_plugins)


@dataclass(frozen=True)
class Broken:
    """A plugin that could not be loaded, and why."""

    source: Source
    reason: str

    def __str__(self) -> str:
        return f"{self.source} cannot be used: {self.reason}"


@dataclass
class Plugins:
    """The loaded plugins.

    Attributes
    ----------
    manager : pluggy.PluginManager
        Its ``hook`` calls every plugin.
    registry : Registry
        What they registered.
    loaded : list of Source
        In the order of loading.
    broken : list of Broken
        What could not be loaded.
    """

    manager: pluggy.PluginManager
    registry: Registry
    loaded: list[Source] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    @property
    def hook(self) -> Any:
        """The hooks, callable by keyword arguments."""
        return self.manager.hook

    def closed_form(self, cost: Cost, activation: Activation) -> OutputError | None:
        """Return the closed form of δ^L that plugins know, see `closed_form_of`."""

        def pairs(cost: Cost, activation: Activation) -> OutputError | None:
            form: OutputError | None = self.hook.bpframe_output_error(
                cost=cost, activation=activation
            )
            return form

        return closed_form_of(pairs, cost, activation)

    def add(self, source: Source, load: Callable[[], object]) -> None:
        """Import and register one plugin; what fails is noted in `broken`, and left out whole."""
        plugin: object | None = None
        try:
            with self.registry.source(source), watch.over(f"{source} to load"):
                plugin = load()
                # A file may be listed twice, and a module installed and listed.
                if not self.manager.is_registered(plugin):
                    self.manager.register(plugin, str(source))
                self.manager.check_pending()
                check_marks(plugin)
                if not self.manager.get_hookcallers(plugin):
                    raise PluginError("it has no hook: no function marked with @bpframe.hookimpl")
        # SystemExit too: a module that calls sys.exit() must not end every command.
        except BaseException as error:
            if is_interruption(error):
                raise
            if plugin is not None and self.manager.is_registered(plugin):
                self.manager.unregister(plugin)
            self.broken.append(Broken(source, _reason(error)))
        else:
            self.loaded.append(source)


def load_plugins() -> Plugins:
    """Load what is installed, then what ``BPFRAME_PLUGINS`` names, less what is disabled.

    Nothing that is wrong with a plugin is raised; it stands in `Plugins.broken`.

    Raises
    ------
    ConfigError
        If ``BPFRAME_PATIENCE`` is no number of seconds.
    """
    watch.patience = patience_of_environment()
    manager = pluggy.PluginManager("bpframe")
    manager.add_hookspecs(hookspecs)
    registry = Registry()
    for name, kind in HOOKS.items():
        hook = getattr(manager.hook, f"bpframe_register_{name}")
        hook.call_historic(kwargs={"register": registry.registrar(kind)})
    manager.hook.bpframe_register_commands.call_historic(
        kwargs={"register": registry.register_command}
    )
    plugins = Plugins(manager, registry)
    manager.register(Core(plugins), "core")
    disabled = {name.strip() for name in os.environ.get(DISABLE, "").split(",")}
    for point in _ordered(entry_points(group=GROUP)):
        if point.name not in disabled:
            plugins.add(Source(point.name, _distribution(point)), point.load)
    local.refresh()
    for item in local.listed():
        plugins.add(Source(item, "local"), lambda item=item: _import_local(item))  # type: ignore[misc]
    return plugins


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


def check_marks(plugin: object) -> None:
    """Raise a PluginError for a hook function that would never be called as it is marked."""
    for name in vars(hookspecs):
        function = getattr(plugin, name, None)
        if not name.startswith("bpframe_") or function is None:
            continue
        marks = getattr(function, "bpframe_impl", None)
        if marks is None:
            raise PluginError(f"{name} is not marked with @bpframe.hookimpl")
        if name in OBSERVERS and (marks["wrapper"] or marks["hookwrapper"]):
            raise PluginError(f"{name} observes, and cannot be a wrapper; bpframe_run can")
        # What another implementation returns would take the place of the task, without a word.
        if name == "bpframe_run" and not (marks["wrapper"] or marks["hookwrapper"]):
            raise PluginError(
                f"{name} must be a wrapper: @bpframe.hookimpl(wrapper=True), one yield"
            )


def _ordered(points: Iterable[EntryPoint]) -> list[EntryPoint]:
    # bpframe's own come first: a name that somebody takes again is reported as the stranger's.
    return sorted(points, key=lambda p: (p.dist is None or p.dist.name != GROUP, p.name))


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"


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


def _reason(error: BaseException) -> str:
    if isinstance(error, pluggy.PluginValidationError):
        return _hook_reason(error)
    if isinstance(error, PluginError):
        return str(error)
    return f"{message_of(error)}{place_of(error)}"


def _hook_reason(error: pluggy.PluginValidationError) -> str:
    text = " ".join(str(error).split())
    known = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("bpframe_")}
    name = next(iter(re.findall(r"hook '(\w+)'", text)), "")
    if name not in known:
        return f"there is no hook '{name}'.{did_you_mean(name, known)}"
    arguments = ", ".join(inspect.signature(known[name]).parameters)
    # Behind the plugin, which is named already, pluggy says what is wrong.
    return f"{text[text.find('hook ') :]}; the hook's arguments are {arguments}"
