"""The command that lists what is installed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bpframe.errors import printable
from bpframe.shell import typed_command

if TYPE_CHECKING:
    from bpframe.plugins import Plugins

WIDTH_OF_FILES = 120


def list_plugins(arguments: list[str], plugins: Plugins) -> int:
    """List every part that is installed, where it comes from, and what is broken."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    parser = argparse.ArgumentParser(
        prog=typed_command("plugins"), description=list_plugins.__doc__
    )
    parser.parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_FILES)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("option", "values of its own", "plugin", "distribution"):
        table.add_column(heading, overflow="fold")
    for group, entries in plugins.registry.entries.items():
        for entry in entries.values():
            source = entry.source
            options = ", ".join(entry.options())
            cells = (f"{group}={entry.name}", options, source.plugin, source.distribution)
            # As Text: in a path, [red] is no markup.
            table.add_row(*(Text(printable(cell)) for cell in cells))
    console.print(table)
    for broken in plugins.broken:
        console.print(
            f"broken: {printable(str(broken))}", markup=False, soft_wrap=True, style="red"
        )
    return 0
