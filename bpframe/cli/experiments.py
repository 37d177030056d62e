"""The experiments that come with bpframe."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from bpframe.cli.schema import PACKAGE


def experiments() -> dict[str, str]:
    """Return the text of each experiment's file by its name."""
    return dict(sorted(_below(files(PACKAGE).joinpath("experiment"), "")))


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file in a folder and below: ``book/quadratic_30``."""
    for path in folder.iterdir():
        if path.is_dir():
            yield from _below(path, f"{prefix}{path.name}/")
        elif path.name.endswith(".yaml"):
            yield prefix + path.name.removesuffix(".yaml"), path.read_text()


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
