"""The loaded plugins, and how one is added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pluggy

from bpframe.core.activation import Activation
from bpframe.core.closed_form import closed_form_of
from bpframe.core.cost import Cost, OutputError
from bpframe.errors import PluginError, message_of, printable
from bpframe.interruption import is_interruption
from bpframe.plugins.entry import Source
from bpframe.plugins.hook_checks import check_hooks, reason_of
from bpframe.plugins.registry import Registry
from bpframe.traces import place_of
from bpframe.waiting import watch


@dataclass(frozen=True)
class Broken:
    """A plugin that could not be loaded, and why."""

    source: Source
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.source} cannot be used: {self.reason}")


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
                check_hooks(plugin)
                if not self.manager.get_hookcallers(plugin):
                    raise PluginError(
                        "it has no hook: no function with the decorator @bpframe.hookimpl"
                    )
        # SystemExit too: a module that calls sys.exit() must not end every command.
        except BaseException as error:
            if is_interruption(error):
                raise
            if plugin is not None and self.manager.is_registered(plugin):
                self.manager.unregister(plugin)
            self.broken.append(Broken(source, _reason(error)))
        else:
            self.loaded.append(source)


Command = Callable[[list[str], Plugins], int]


def _reason(error: BaseException) -> str:
    if isinstance(error, pluggy.PluginValidationError):
        return reason_of(error)
    if isinstance(error, PluginError):
        return str(error)
    return f"{message_of(error)}{place_of(error)}"
