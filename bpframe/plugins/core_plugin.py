"""The plugin of bpframe's own that calls the task and lists what is installed."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable

from bpframe.errors import PluginFailedError, printable
from bpframe.observers import observe
from bpframe.plugins import hookspecs
from bpframe.plugins.blame import named
from bpframe.plugins.loaded import Command, Plugins
from bpframe.plugins.registry import typed_choice
from bpframe.run import ReportedFigure, Run
from bpframe.shell import typed_command


def list_plugins(arguments: list[str], plugins: Plugins) -> int:
    """List every component that is installed, where it comes from, and what is broken."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from bpframe.terminal import make_console

    parser = argparse.ArgumentParser(
        prog=typed_command("plugins"), description=list_plugins.__doc__
    )
    parser.parse_args(arguments)
    console = make_console()
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("choice", "options", "plugin", "distribution"):
        table.add_column(heading, overflow="fold")
    for group, entries in plugins.registry.entries.items():
        for entry in entries.values():
            source = entry.source
            options = ", ".join(entry.options())
            choice = typed_choice(group, entry.name)
            cells = (choice, options, source.plugin, source.distribution)
            # As Text: in a path, [red] is no markup.
            table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table)
    for broken in plugins.broken:
        console.print(f"broken: {broken}", markup=False, soft_wrap=True, style="red")
    return 0


class Core:
    """The core's own plugin: its `bpframe_run` calls the task."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    @hookspecs.hookimpl(trylast=True)
    def bpframe_run(self, run: Run) -> bool:
        """Carry out the task; observers of the end see what there is, also after an error."""
        try:
            # Here already, so that the plugins around the run see an ordinary error.
            with named(self._plugins):
                returned = run.task.run(run)
                if inspect.isgenerator(returned):
                    raise PluginFailedError(
                        f"{type(run.task).__name__}.run has a yield in it, so that none of it is "
                        "carried out; a task does its work in the call: for epoch in run.train(): …"
                    )
                if run.task.trains and run.trainer.epochs and not run.trained_epochs:
                    run.warnings.append(
                        f"{type(run.task).__name__} has trained no epoch: a task that trains goes "
                        "through for epoch in run.train(): …, one that does not says trains = False"
                    )
        finally:
            # What ended early says what it had.
            if epoch := run.reported_epoch:
                for name, value in epoch.split_metrics.items():
                    run.figures.setdefault(name, ReportedFigure(value, f"epoch {epoch.number}"))
            observe(run.hook.bpframe_run_end, run=run)
        return True

    @hookspecs.hookimpl
    def bpframe_register_commands(self, register: Callable[[str, Command], None]) -> None:
        """Register ``bpframe plugins``."""
        register("plugins", list_plugins)
