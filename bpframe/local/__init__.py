"""The package in which plugin files that are not installed are importable by name.

Its search path is made of the folders of the files in ``BPFRAME_PLUGINS``, so that a worker
process, which inherits that variable, finds them under the same names.
"""

import os
from pathlib import Path

VARIABLE = "BPFRAME_PLUGINS"


def listed() -> list[str]:
    """Return the files and modules that the environment variable names, in order."""
    return [item for item in os.environ.get(VARIABLE, "").split(os.pathsep) if item]


def refresh() -> None:
    """Make the search path anew from the environment."""
    folders = (str(Path(item).resolve().parent) for item in listed() if item.endswith(".py"))
    __path__[:] = list(dict.fromkeys(folders))


refresh()
