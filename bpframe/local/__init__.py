"""The package in which plugin files that are not installed are importable by name.

Its search path is made of the folders of the files in ``BPFRAME_PLUGINS``, so that a worker
process, which inherits that variable, finds them under the same names. Of a file in a package it
is the folder that the package stands in, so that its neighbours are imported as they are when
the package is installed.
"""

import os
from pathlib import Path

VARIABLE = "BPFRAME_PLUGINS"


def listed() -> list[str]:
    """Return the files and modules that the environment variable names, in order."""
    return [item for item in os.environ.get(VARIABLE, "").split(os.pathsep) if item]


def place(item: str) -> tuple[Path, str]:
    """Return the folder that a file is imported from, and the name of its module there."""
    path = Path(item).resolve()
    folder, names = path.parent, [path.stem]
    while (folder / "__init__.py").is_file() and "." not in folder.name:
        folder, names = folder.parent, [folder.name, *names]
    if names[1:] and names[-1] == "__init__":
        names.pop()
    return folder, ".".join(names)


def refresh() -> None:
    """Make the search path anew from the environment."""
    folders = (str(place(item)[0]) for item in listed() if item.endswith(".py"))
    __path__[:] = list(dict.fromkeys(folders))


refresh()
