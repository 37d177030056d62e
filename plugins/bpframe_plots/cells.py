"""The cells of the confusion matrix: their colours, and the numbers in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.image import AxesImage

from bpframe import Array
from bpframe_plots.counts import Counts

# Without the light ends of the colour maps: a single error must stand out against white.
DARKER = np.linspace(0.3, 1, 256)
HITS = ListedColormap(colormaps["Blues"](DARKER), "hits")
ERRORS = ListedColormap(colormaps["Oranges"](DARKER), "errors")
POINTS = 72  # In an inch.
DIGIT = 0.65  # Its width as a share of the size of the letters.
SMALLEST, LARGEST = 5.0, 10.0
# On what is darker white letters have the better contrast, on the rest black ones.
HALF_BRIGHT = 0.18


def draw_cells(axes: Axes, counts: Counts) -> dict[str, AxesImage]:
    """Draw the hits and the errors, and return the images by what they show."""
    end = len(counts.errors) * counts.width - 0.5
    place: dict[str, Any] = {"extent": (-0.5, end, end, -0.5), "interpolation": "nearest"}
    images = {"right": axes.imshow(counts.hit_shares, HITS, vmin=0, vmax=1, **place)}
    if counts.errors.any():
        images["wrong"] = axes.imshow(counts.error_shares, ERRORS, vmin=0, **place)
    return images


def write_numbers(axes: Axes, counts: Counts, images: dict[str, AxesImage], side: float) -> None:
    """Write into each cell how many samples it stands for, if its side, in inches, has room."""
    numbers = counts.errors + np.diag(counts.hits)
    longest = len(f"{numbers.max():,}")
    size = min(LARGEST, side * POINTS / (DIGIT * (longest + 1)))
    if size < SMALLEST:
        return
    shares = {"right": counts.hit_shares, "wrong": counts.error_shares}
    for name, image in images.items():
        colours = image.to_rgba(shares[name])
        for row, column in np.argwhere(np.isfinite(shares[name])):
            dark = brightness(colours[row, column]) < HALF_BRIGHT
            axes.text(
                column,
                row,
                f"{numbers[row, column]:,}",
                ha="center",
                va="center",
                fontsize=size,
                color="white" if dark else "black",
            )


def brightness(colour: Array) -> float:
    """Return the relative luminance of an sRGB colour, from 0 to 1 (WCAG 2)."""
    c = colour[:3]
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
