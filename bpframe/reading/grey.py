"""Pictures in grey, as samples for a network that was trained on such."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.inputs import Inputs
from bpframe.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
WHITE = 255


def is_picture(file: Path) -> bool:
    """Return whether a file's name is that of a picture."""
    return file.suffix.lower() in PICTURES


def read_grey(file: Path, shape: tuple[int, int]) -> tuple[Array, tuple[int, int]]:
    """Return the greys of a picture, 0 to 255, and the shape that it had; what is clear is white.

    Parameters
    ----------
    file : pathlib.Path
        The picture.
    shape : tuple of int
        (height, width) that it gets.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    picture = _grey(file)
    before = (picture.height, picture.width)
    if before != shape:
        picture = picture.resize(shape[::-1])
    return np.asarray(picture, np.float64), before


def white_of(inputs: Inputs) -> float:
    """Return what a white pixel is before it is scaled.

    It is what a division by one number makes 1; 1 if nothing is scaled, and 255 where pixels are
    scaled each by its own numbers, as `data.scale=standard` does.
    """
    white = 1.0
    for scaling in inputs.scalings:
        if len(scaling.divide) > 1 or any(scaling.subtract):
            return float(WHITE)
        white *= scaling.divide[0]
    return white


def _grey(file: Path) -> Image.Image:
    """Return a picture of 256 greys; what is transparent in it is white."""
    # It takes a tenth of a second to import.
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as opened:
            picture: Any = ImageOps.exif_transpose(opened)
            if picture.mode.startswith("I"):
                return Image.fromarray((np.asarray(picture) // 257).astype(np.uint8))
            if "A" in picture.mode or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                paper = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(paper, picture)
            grey: Image.Image = picture.convert("L")
            return grey
    # A damaged file raises any of a dozen kinds of exceptions.
    except Exception as error:
        raise DataError(f"{file} is no picture that can be read: {error}") from None
