"""How the choices of a report are told apart in pictures, and how its words are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from bpframe.pictures import BLACK, BLUE, GREEN, VERMILLION, drawable, png
from bpframe_report.findings import Findings

# Those of Okabe and Ito that stand out against white; see bpframe.pictures.
ORANGE, PURPLE, SKY = "#E69F00", "#CC79A7", "#56B4E9"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES: tuple[Any, ...] = ("-", "--", ":", "-.")
LONGEST = 40


def look(n: int) -> dict[str, Any]:
    """Return the colour and the dashes of the n-th choice."""
    return {
        "color": COLOURS[n % len(COLOURS)],
        "linestyle": DASHES[(n % len(COLOURS) + n // len(COLOURS)) % len(DASHES)],
    }


def label(text: str) -> str:
    """Return a text that can be drawn, cut where it would leave no room."""
    text = drawable(" ".join(text.split()))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def title(figure: Figure, findings: Findings, words: Sequence[str] = ()) -> None:
    """Write above a picture what figure it is of, and further lines."""
    better = "higher is better" if findings.higher else "lower is better"
    first = ", ".join(
        [findings.metric, *([findings.selected] if findings.selected else []), better]
    )
    write_above(figure, [first, *words])


def write_above(figure: Figure, lines: Sequence[str]) -> None:
    """Write lines above a picture."""
    figure.suptitle("\n".join(map(drawable, lines)), fontsize=10)


def content_of(figure: Figure, command: str) -> bytes:
    """Return a picture as PNG, with what makes it; nothing in its words is taken for a formula."""
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    return png(figure, made_by=command)
