"""Colours, headings and PNG files of the pictures of runs."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bpframe.run import Run

# Those of Okabe and Ito, "Color Universal Design" (2008), that stand out against white, and black.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
BLACK = "#000000"
DPI = 150
SIZE = 10
# Of that size, on the average.
SIGNS_PER_INCH = 11
BOX = "□"
NO_BREAK = "\N{NO-BREAK SPACE}"


def heading(figure: Figure, run: Run, *more: str) -> float:
    """Write above a picture what the run is: name, sizes, learning rate, mini-batches, seed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With the layout ``constrained``, which makes room for it, or with room at its top.
    run : Run
        The run.
    *more : str
        What else stands in the last line.

    Returns
    -------
    float
        How high it is, in inches.
    """
    width = int(figure.get_figwidth() * SIGNS_PER_INCH)
    name = textwrap.wrap(drawable(run.name), width, max_lines=2, placeholder=" …")
    details = textwrap.wrap(
        _details(run, more), width, max_lines=3, placeholder=" …", break_on_hyphens=False
    )
    text = figure.suptitle(
        "\n".join([*name, *details]),
        fontsize=SIZE,
        # A name may hold what would begin a formula.
        parse_math=False,
    )
    room = 0.98 * figure.bbox.width
    if (taken := text.get_window_extent().width) > room:
        text.set_fontsize(SIZE * room / taken)
    return text.get_window_extent().height / figure.dpi


def drawable(text: str) -> str:
    """Return the text with a box for each letter that the fonts lack, which would be a warning.

    They are the fonts of matplotlib's setting ``font.family``.
    """
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties, findfont, get_font

    families = (FontProperties(family=[family]) for family in rcParams["font.family"])
    paths = {str(findfont(family)) for family in families}
    known = set().union(*(get_font(path).get_charmap() for path in paths))
    return "".join(sign if ord(sign) in known or sign.isspace() else BOX for sign in text)


def _details(run: Run, more: tuple[str, ...]) -> str:
    details = [str(list(run.network.sizes))]
    rate = getattr(run.trainer.optimizer, "learning_rate", None)
    if isinstance(rate, int | float):
        details.append(f"learning rate {rate:.4g}")
    details += [f"mini-batches of {run.trainer.batch_size}", f"seed {run.seed}", *more]
    unbroken = [detail.replace(" ", NO_BREAK) for detail in details]
    return f"{NO_BREAK}· ".join(unbroken)


def png(figure: Figure, made_by: str = "") -> bytes:
    """Return the picture as a PNG file, which may hold the command that makes it."""
    buffer = io.BytesIO()
    about = {"Comment": f"made by: {made_by}"} if made_by else None
    figure.savefig(buffer, format="png", dpi=DPI, metadata=about)
    return buffer.getvalue()
