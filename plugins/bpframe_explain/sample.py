"""The sample that is explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpframe import Array, Data
from bpframe.errors import ConfigError, did_you_mean


@dataclass(frozen=True)
class Sample:
    """One sample, in float64.

    Attributes
    ----------
    name : str
        Where it comes from, such as ``sample 7 of test``.
    x : array, shape (n_1,)
        The inputs.
    y : array, shape (n_L,)
        The targets, one-hot for classes.
    classes : tuple of str
        The names of the classes that outputs stand for; () if they are values.
    image_shape : tuple of int, optional
        (height, width) if the inputs are a picture.
    """

    name: str
    x: Array
    y: Array
    classes: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None


def sample_of_data(data: Data, split: str, number: int) -> Sample:
    """Return sample `number`, from 0, of a split of the data: ``train``, for example.

    Raises
    ------
    ConfigError
        If the split has no such sample.
    """
    splits = data.splits()
    if split not in splits:
        raise ConfigError(
            f"task.split is '{split}', but data '{data.name}' has no {split} samples; it has "
            + ", ".join(f"{name} ({len(samples)})" for name, samples in splits.items())
        )
    samples = splits[split]
    if number >= len(samples):
        raise ConfigError(
            f"task.sample is {number}, but {split} of data '{data.name}' has {len(samples)} "
            f"samples; allowed are 0 to {len(samples) - 1}"
        )
    return Sample(
        f"sample {number} of {split}",
        samples.x[number].astype(float),
        data.targets(samples, float)[number],
        tuple(data.class_names),
        data.image_shape,
    )


def sample_of_numbers(data: Data, x: Sequence[float], y: Sequence[float | str]) -> Sample:
    """Return the sample that is written down; y may be a class, by its number or its name.

    Raises
    ------
    ConfigError
        If the numbers do not fit the data.
    """
    if len(x) != data.n_inputs:
        raise ConfigError(
            f"task.x holds {len(x)} numbers; data '{data.name}' has {data.n_inputs} inputs"
        )
    return Sample(
        "the given sample",
        np.array(x, float),
        targets_of(data, y),
        tuple(data.class_names),
        data.image_shape,
    )


def targets_of(data: Data, y: Sequence[float | str]) -> Array:
    """Return the targets that are written down, shape (n_L,).

    Raises
    ------
    ConfigError
        If they do not fit the data.
    """
    if len(y) == 1 and isinstance(y[0], str):
        if y[0] not in data.class_names:
            raise ConfigError(
                f"task.y is '{y[0]}'; "
                + (
                    f"the classes of data '{data.name}' are {', '.join(data.class_names)}."
                    + did_you_mean(y[0], data.class_names)
                    if data.class_names
                    else f"the targets of data '{data.name}' are values"
                )
            )
        y = [data.class_names.index(y[0])]
    targets: Array = np.array(y, float)
    if data.classes is not None and len(y) == 1:
        if y[0] not in range(data.classes):
            raise ConfigError(
                f"task.y is {y[0]:g}; the classes of data '{data.name}' are 0 to {data.classes - 1}"
            )
        targets = np.eye(data.classes)[int(y[0])]
    elif len(y) != data.n_outputs:
        raise ConfigError(
            f"task.y holds {len(y)} numbers; data '{data.name}' has {data.n_outputs} outputs"
            + (", or give the number of a class" if data.classes is not None else "")
        )
    return targets
