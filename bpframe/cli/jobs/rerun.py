"""The command that repeats a run from its record."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from bpframe.plugins.hookspecs import hookimpl
from bpframe.shell import typed_command

if TYPE_CHECKING:
    from bpframe.plugins.loaded import Command, Plugins

DESCRIPTION = """\
Repeat a run from its record: the same configuration, checked as any other, in a folder of its
own, recorded as any run. Then say whether the weights are the same, bit for bit, or what differs:
options, data, versions, plugins, processor.
"""
EXIT_CODES = """\
Exit code 0: the same weights and figures, or a KEY=VALUE was to change them; 1: they differ though
nothing was to change them, or the run failed; 2: the record or a value cannot be used.
"""


def rerun(arguments: list[str], plugins: Plugins) -> int:
    """Repeat a run from its record, and say what differs."""
    parser = argparse.ArgumentParser(
        prog=typed_command("rerun"),
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "run",
        metavar="RUN",
        help="the folder of a run or its config.yaml; the ID or the name of one below outputs or "
        "multirun here; or the ID that it is recorded under elsewhere",
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="what is to be another, as for bpframe"
    )
    chosen = parser.parse_args(arguments)
    # Hydra takes a quarter of a second to import.
    from bpframe.cli.jobs.repetition import repeat

    return repeat(chosen.run, chosen.overrides, plugins)


@hookimpl
def bpframe_register_commands(register: Callable[[str, Command], None]) -> None:
    """Register ``bpframe rerun``."""
    register("rerun", rerun)
