"""Pictures as samples: grey, of the size that the network was trained with."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bpframe import Array, Model, is_picture, read_grey, white_of
from bpframe.errors import DataError
from bpframe_predict.samples import Samples

WHITE = 255


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
        raise DataError(f"{path} holds no picture, such as a .png or a .jpg")
    height, width = model.image_shape
    x, resized = np.empty((len(files), height, width)), []
    for pixels, file in zip(x, files, strict=True):
        pixels[:], before = read_grey(file, (height, width))
        if before != (height, width):
            resized.append(f"{file.name} ({before[0]} × {before[1]})")
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
