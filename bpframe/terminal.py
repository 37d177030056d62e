"""The console that tables are printed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_OF_FILES = 120


def make_console() -> Console:
    """Return a console of the terminal's width, or 120 columns wide where there is none."""
    # rich takes as long to import as a plugin, and most of those that print do so at their end.
    from bpframe.quiet_console import QuietConsole

    console = QuietConsole()
    return console if console.is_terminal else QuietConsole(width=WIDTH_OF_FILES)
