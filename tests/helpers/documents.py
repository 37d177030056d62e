"""The examples in Markdown pages."""

from __future__ import annotations

import re


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of a page's fenced blocks in a language, such as ``sh``."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
