"""``bpframe new``."""

from __future__ import annotations

import argparse
from pathlib import Path

from bpframe import Plugins, typed_command
from bpframe.errors import ConfigError, did_you_mean

DESCRIPTION = """\
Make a plugin project in the new folder NAME: a package with one component that works, its hook,
its tests by bpframe's own checks, and a README. Change the formula and the names, and it is yours.
"""


def new(arguments: list[str], plugins: Plugins) -> int:
    """Make a plugin project in a new folder, to begin with."""
    # What it needs is imported here, for every other command does without.
    from bpframe_new.kinds import KINDS
    from bpframe_new.names import check_name
    from bpframe_new.project import files_of, write_project

    parser = argparse.ArgumentParser(
        prog=typed_command("new"),
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="of the package, and of the component in it")
    parser.add_argument(
        "--kind",
        default="activation",
        metavar="KIND",
        help=f"what it supplies, one of {', '.join(KINDS)}; an observer watches runs "
        "(default: %(default)s)",
    )
    given = parser.parse_args(arguments)
    if given.kind not in KINDS:
        raise ConfigError(
            f"there is no kind '{given.kind}'; known are {', '.join(KINDS)}."
            + did_you_mean(given.kind, KINDS)
        )
    kind, name = KINDS[given.kind], given.name
    check_name(name, given.kind, plugins.registry)
    folder = Path(name)
    files = files_of(name, given.kind)
    write_project(folder, files)
    plugin = f"src/{name}/plugin.py"
    commands = {
        typed_command("-P", plugin, kind.chosen(name), folder=folder): "try it",
        typed_command("-P", plugin, "check", name, folder=folder): "hold it to its kind's promises",
        "pip install -e .": "install it; then it needs no -P",
    }
    width = max(map(len, commands))
    lines = [f"made {folder}, a plugin with {kind.chosen(name)}:"]
    lines += [f"  {folder / file}" for file in files]
    lines += ["what to type:", f"  cd {name}"]
    lines += [f"  {command:<{width}}  # {what}" for command, what in commands.items()]
    print("\n".join(lines))
    return 0
