"""Pictures as samples: grey, of the size that the network was trained with."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpframe import Array, Inputs, Model
from bpframe.errors import DataError
from bpframe_predict.samples import Samples

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
WHITE = 255


def is_picture(file: Path) -> bool:
    """Return whether a file's name is that of a picture."""
    return file.suffix.lower() in SUFFIXES


def read_pictures(
    path: Path, model: Model, white: float | None, invert: bool, tell: Callable[[str], None]
) -> Samples:
    """Return a picture, or those of a folder and below, as samples.

    Their targets are the names of the folders that they lie in, if these are classes.

    Parameters
    ----------
    path : pathlib.Path
        A picture, or a folder.
    model : Model
        Which is asked.
    white : float, optional
        What a white pixel was in the data; see `white_of`.
    invert : bool
        Whether dark becomes light.
    tell : callable
        Is called with a line if a picture has another size.

    Raises
    ------
    DataError
        If the network was not trained on pictures, or there are none, or one cannot be read.
    """
    if model.image_shape is None or math.prod(model.image_shape) != model.inputs.n_1:
        raise DataError(f"{path}: the run was not trained on pictures; expected a table or arrays")
    files = sorted(f for f in path.rglob("*") if is_picture(f)) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path} holds no picture; expected {', '.join(SUFFIXES)}")
    height, width = model.image_shape
    x, resized = np.empty((len(files), height, width)), []
    for pixels, file in zip(x, files, strict=True):
        picture = _grey(file)
        if picture.size != (width, height):
            resized.append(f"{file.name} ({picture.height} × {picture.width})")
            picture = picture.resize((width, height))
        pixels[:] = np.asarray(picture)
    if resized:
        more = f" and {len(resized) - 1} more" if resized[1:] else ""
        tell(f"resized to {height} × {width}: {resized[0]}{more}")
    if invert:
        x = WHITE - x
    x *= (white_of(model.inputs) if white is None else white) / WHITE
    folders: Array | None = None
    if path.is_dir() and all(file.parent.name in model.class_names for file in files):
        folders = np.array([file.parent.name for file in files], object)
    names = [str(f.relative_to(path)) for f in files] if path.is_dir() else [str(path)]
    return Samples(names, x, folders)


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
