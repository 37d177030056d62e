"""The scaling of inputs to numbers of about 1, fit on the training samples alone."""

from __future__ import annotations

import dataclasses

import numpy as np

from bpframe.core.arrays import Array, chunks
from bpframe.core.data import Data, Split
from bpframe.core.inputs import Numbers, Scaling
from bpframe.core.mapped_rows import MappedRows
from bpframe.errors import DataError, did_you_mean

AUTO, STANDARD, MINMAX, NONE = "auto", "standard", "minmax", "none"
SCALES = (AUTO, STANDARD, MINMAX, NONE)
# The root mean square of a column that `auto` leaves alone.
SMALLEST, LARGEST = 0.1, 3.0
# Columns that are seldom 0 may differ by so much.
RATIO = 100.0
# Fewer samples have neither a mean nor a deviation that is worth the name.
FEW = 10
# What the brightest pixel is stored as.
BRIGHTEST = (16, 255, 65_535)
# Fewer columns of whole numbers are no picture.
PIXELS = 16


def check_scale(scale: str) -> None:
    """Raise a DataError unless it is one of `SCALES`."""
    if scale not in SCALES:
        raise DataError(
            f"data.scale is '{scale}'; it must be one of {', '.join(SCALES)}."
            + did_you_mean(str(scale), SCALES)
        )


def scaled(data: Data, scale: str) -> Data:
    """Return the data with its inputs scaled, and a remark that says so.

    Parameters
    ----------
    data : Data
        As it was loaded.
    scale : str
        ``standard`` makes each input have the mean 0 and the deviation 1, ``minmax`` go from 0 to
        1, both on the training samples; ``none`` leaves them. ``auto`` divides pixels by that of
        white, and standardises inputs whose root mean square is far from 1 or from that of others;
        what a data set has prepared itself, and fewer than 10 samples, it leaves.

    Raises
    ------
    DataError
        If there is no such scaling.
    """
    check_scale(scale)
    if scale == NONE or (scale == AUTO and (_is_prepared(data) or len(data.train) < FEW)):
        return data
    with np.errstate(over="ignore", invalid="ignore"):
        return _scaled(data, scale)


def _is_prepared(data: Data) -> bool:
    """Return whether a data set has made inputs of about 1 by itself."""
    plain = data.inputs is None or isinstance(data.inputs, Numbers)
    return not plain or bool(data.prepares.scalings)


def _scaled(data: Data, scale: str) -> Data:
    x = data.train.x
    if scale == MINMAX:
        low, high = _ends(x)
        return _with(data, _scaling(low, high - low), "inputs go from 0 to 1")
    if scale == AUTO:
        if white := _white(data):
            return _with(data, Scaling((0.0,), (white,)), f"inputs are divided by {white:g}")
        if not _is_far_from_one(x):
            return data
    mean = sum(chunk.sum(axis=0, dtype=float) for chunk in chunks(x)) / len(x)
    squares = sum(np.square(chunk - mean).sum(axis=0) for chunk in chunks(x))
    return _with(data, _scaling(mean, np.sqrt(squares / len(x))), "inputs are standardised")


def _with(data: Data, scaling: Scaling, what: str) -> Data:
    return dataclasses.replace(
        data,
        train=_scaled_split(data.train, scaling),
        validation=_scaled_split(data.validation, scaling),
        test=_scaled_split(data.test, scaling),
        inputs=data.prepares.then(scaling),
        remarks=(*data.remarks, f"{what} (data.scale=none leaves them as they are)"),
    )


def _scaled_split(split: Split, scaling: Scaling) -> Split:
    x = split.x.scaled(scaling) if isinstance(split.x, MappedRows) else scaling(split.x)
    return Split(x, split.y, split.weights)


def _scaling(subtract: Array, divide: Array) -> Scaling:
    if not (np.isfinite(subtract).all() and np.isfinite(divide).all()):
        raise DataError(
            "data.scale cannot scale the inputs, whose squares are beyond the largest number: "
            "divide them before they are saved"
        )
    # Numbers that are all the same may have a deviation by rounding alone.
    size = np.finfo(np.float32).eps * np.abs(subtract)
    divide = np.where(divide > size, divide, np.maximum(1.0, np.abs(subtract)))
    return Scaling(tuple(subtract.tolist()), tuple(divide.tolist()))


def _ends(x: Array) -> tuple[Array, Array]:
    low = np.min([chunk.min(axis=0) for chunk in chunks(x)], axis=0).astype(float)
    high = np.max([chunk.max(axis=0) for chunk in chunks(x)], axis=0).astype(float)
    return low, high


def _white(data: Data) -> float | None:
    """Return what the pixels of white are, if the inputs are pixels that are not 0 to 1."""
    low, high = _ends(data.train.x)
    largest = float(high.max())
    is_picture = data.image_shape is not None or (data.n_inputs >= PIXELS and largest > 16)
    if not is_picture or low.min() < 0 or not 1 < largest <= BRIGHTEST[-1]:
        return None
    if any((chunk % 1 != 0).any() for chunk in chunks(data.train.x)):
        return None
    # Many columns of whole numbers may be a table's: those of pictures have one range.
    if data.image_shape is None and largest > 255:
        return None
    return float(next(white for white in BRIGHTEST if largest <= white))


def _is_far_from_one(x: Array) -> bool:
    squares = sum(np.square(chunk, dtype=float).sum(axis=0) for chunk in chunks(x))
    sizes = np.sqrt(squares / len(x))
    if not SMALLEST <= sizes.max() <= LARGEST:
        return bool(sizes.max() > 0)
    filled = sum(np.count_nonzero(chunk, axis=0) for chunk in chunks(x)) >= len(x) / 2
    sizes = sizes[filled & (sizes > 0)]
    return len(sizes) > 0 and bool(sizes.max() > RATIO * sizes.min())
