"""The experiments that come with bpframe."""

from __future__ import annotations

from importlib.resources import files

from bpframe.cli.schema import PACKAGE


def experiments() -> dict[str, str]:
    """Return the text of each experiment's file by its name."""
    folder = files(PACKAGE).joinpath("experiment")
    found = {file.name: file.read_text() for file in folder.iterdir()}
    return {name.removesuffix(".yaml"): found[name] for name in sorted(found)}


def comment(text: str) -> list[str]:
    """Return the lines of a file's opening comment, behind where Hydra reads its package."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if "@package" not in line:
            lines.append(line.removeprefix("#").removeprefix(" "))
    return lines


def summary(text: str) -> str:
    """Return the first sentence of the opening comment."""
    words = " ".join(line.strip() for line in comment(text))
    return words.partition(". ")[0].partition(": ")[0].rstrip(".:") + "."
