"""``bpframe check``."""

from __future__ import annotations

import argparse

from bpframe import Plugins, typed_command
from bpframe_check.selection import select

DESCRIPTION = """\
Run the checks of bpframe.testing over every component that is installed, those of other
distributions and of -P FILE included: is the derivative that of the function, is the gradient
that of the cost, is a seed all that decides, does everything stay as it was. Each component is
built with its defaults.

A table shows how many checks each component passed, and for a failure the check and the reason.
Data sets are loaded, but nothing is downloaded: what is not there is reported as not available.
"""


def check(arguments: list[str], plugins: Plugins) -> int:
    """Check every component that is installed against what its kind promises."""
    parser = argparse.ArgumentParser(
        prog=typed_command("check"),
        description=DESCRIPTION,
        epilog="Exit code 0: nothing failed; 1: a check failed, or a plugin is broken.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="check only these: a component (sigmoid), one of a kind (activation/sigmoid), a kind, "
        "a plugin or a distribution",
    )
    selection = select(plugins, parser.parse_args(arguments).names)
    # The kit and rich take a third of a second to import, which other commands do without.
    from bpframe_check.report import print_report, run_with_progress

    checked = run_with_progress(selection.entries, plugins)
    print_report(checked, selection.broken)
    return int(bool(selection.broken) or any(one.failed for one in checked))
