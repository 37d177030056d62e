"""Reads what docstrings in numpydoc's form say of options."""

from __future__ import annotations

import inspect
import re

HEADING = re.compile(r"^(?P<title>\S.*)\n-{3,}$", re.MULTILINE)
ENTRY = re.compile(r"^(?P<names>\w+(?:, \w+)*)(?: ?:.*)?$")


def sections(cls: type[object]) -> dict[str, str]:
    """Return the text of a class's own docstring by heading; what comes before has no name."""
    # Not inspect.getdoc, which takes a base's docstring for the class's own.
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    opening, *others = HEADING.split(text)
    return {"": opening.strip()} | dict(zip(others[::2], others[1::2], strict=True))


def descriptions(cls: type[object]) -> dict[str, str]:
    """Return what the section Parameters says of each option, in one line.

    A class has the descriptions of its bases, too, for it has their fields. A trailing underscore
    of a name is dropped, as the option's name drops it.
    """
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        names: list[str] = []
        for line in sections(base).get("Parameters", "").splitlines():
            if entry := ENTRY.match(line):
                names = [name.removesuffix("_") for name in entry["names"].split(", ")]
                found |= dict.fromkeys(names, "")
            elif line.strip():
                found |= {name: f"{found[name]} {line.strip()}".strip() for name in names}
    return found
