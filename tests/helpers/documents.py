"""The examples in Markdown pages."""

from __future__ import annotations

import re
import shlex

from running import QUICK


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of a page's fenced blocks in a language, such as ``sh``."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands_below(page: str, *titles: str) -> list[str]:
    """Return the lines of all shell blocks below headings of the second level."""
    sections = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", page, re.MULTILINE))
    shown = (block for title in titles for block in blocks(sections[title], "sh"))
    return [line for block in shown for line in block.splitlines()]


def quick_words(command: str) -> list[str]:
    """Return the words of a command of bpframe, with what makes it one quick epoch."""
    program, *words = shlex.split(command)
    assert program == "bpframe"
    return [*words, *(f"{option}={value}" for option, value in QUICK.items())]
