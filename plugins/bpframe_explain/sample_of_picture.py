"""A picture as the sample that is explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bpframe import Array, Data, Network, read_grey, white_of
from bpframe.errors import ConfigError
from bpframe_explain.computation import load_weights
from bpframe_explain.sample import Sample, targets_of

WHITE = 255


def sample_of_picture(
    data: Data, file: Path, y: Sequence[float | str], network: Network, weights: Path | None
) -> Sample:
    """Return a picture with the targets that are given, or with the class it is taken for.

    Parameters
    ----------
    data : Data
        Of pictures.
    file : pathlib.Path
        The picture.
    y : sequence of float or str
        Its targets, or nothing.
    network : Network
        What takes it for a class.
    weights : pathlib.Path, optional
        Where its weights are, if they are others.

    Raises
    ------
    ConfigError
        If the data has no pictures, or there is no target for them.
    DataError
        If the picture cannot be read.
    """
    if data.image_shape is None:
        raise ConfigError(f"task.picture is {file}, and the inputs of '{data.name}' are no picture")
    pixels, _ = read_grey(file, data.image_shape)
    x = data.prepares.prepare(pixels[np.newaxis] * (white_of(data.prepares) / WHITE))
    name = file.name
    if y:
        targets = targets_of(data, y)
    elif data.classes is None:
        raise ConfigError("task.picture needs task.y, for the targets are values")
    else:
        trained = network.copy()
        if weights is not None:
            load_weights(trained.parameters, weights)
        number = int(trained.forward(x)[0].argmax())
        targets = np.eye(data.classes)[number]
        name += f", taken for {data.class_names[number]}"
    inputs: Array = x[0].astype(float)
    return Sample(name, inputs, targets, tuple(data.class_names), data.image_shape)
