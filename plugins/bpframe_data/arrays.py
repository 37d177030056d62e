"""Samples of one's own, from an .npz file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import SPLITS, Data, Dataset, Split
from bpframe.errors import DataError
from bpframe_data.division import check_fractions, divide
from bpframe_data.files import user_path
from bpframe_data.npz import NamedArrays, read_npz

LARGEST_LABEL = 9_999
# Of so many classes at least half must occur, or a stray number has made a network of its size.
MANY_CLASSES = 100
# The next whole number has no float32 of its own.
LARGEST_EXACT = 2**24


@dataclass(frozen=True)
class Arrays(Dataset):
    """Your own samples, from the arrays of an .npz file.

    The file, as `numpy.savez` writes it, holds ``x_train`` and ``y_train``, and if you like
    ``x_validation`` and ``y_validation``, ``x_test`` and ``y_test``. A split that it does not hold
    is taken off the training samples: each class in its share, drawn anew for each seed.
    ``weights_train``, of shape (n,), says how much each training sample counts in the cost: finite
    numbers, 0 or more, of which only the ratios matter.

    Inputs have a row a sample; (n, height, width) and deeper shapes are flattened, (n,) becomes
    (n, 1). They are float32, or float64 where that is needed to keep a number as it is. Nothing is
    scaled: bring inputs to about -1 to 1 before you save them. Whole numbers
    ``y`` of shape (n,) are class labels from 0; the largest label of all splits sets the number of
    classes. Floats are values to approximate, of shape (n,) or (n, outputs).

    Parameters
    ----------
    path : str
        The file; ``~`` is your home. It must be given.
    validation_fraction, test_fraction : float
        Shares of the training arrays that are taken off for a split that the file does not hold;
        0 leaves that split empty. Without effect on splits that the file holds.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with.
    """

    path: str | None = None
    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the samples: x of shape (n, n_1), y of shape (n,) or (n, n_L).

        Raises
        ------
        DataError
            If the file cannot be read, or its arrays cannot be used.
        """
        if self.path is None:
            raise DataError(
                "data 'arrays' needs a file: data.path=FILE.npz with the arrays x_train and y_train"
            )
        file = user_path(self.path)
        arrays = read_npz(file)
        labels = arrays["y_train"].dtype.kind != "f"
        classes = _count_classes(arrays, file) if labels else None
        inputs = _inputs_dtype([x for name, x in arrays.items() if name[0] == "x"])
        given = {p: _split(arrays, p, labels, inputs) for p in SPLITS if f"x_{p}" in arrays}
        train, validation, test = divide(
            given["train"],
            0 if "validation" in given else self.validation_fraction,
            0 if "test" in given else self.test_fraction,
            rng,
        )
        validation, test = given.get("validation", validation), given.get("test", test)
        shape = arrays["x_train"].shape[1:]
        return Data(
            file.stem,
            train,
            validation,
            test,
            classes,
            image_shape=shape if len(shape) == 2 else None,
        )


def _count_classes(arrays: NamedArrays, file: Path) -> int:
    labels = [y for name, y in arrays.items() if name[0] == "y" and y.dtype.kind != "f"]
    largest = max((int(y.max()) for y in labels if y.size), default=0)
    if largest > LARGEST_LABEL:
        raise DataError(
            f"{file} holds the class label {largest}; expected 0 to {LARGEST_LABEL}. Store target "
            "values as floats."
        )
    classes = max(largest, 0) + 1
    occurring = len(set().union(*(np.unique(y).tolist() for y in labels)))
    if classes > MANY_CLASSES and 2 * occurring < classes:
        raise DataError(
            f"{file} holds the class label {largest}, but only {occurring} different labels; "
            "expected classes that are numbered from 0 without gaps"
        )
    return classes


def _inputs_dtype(inputs: list[npt.NDArray[Any]]) -> npt.DTypeLike:
    """Return float32 if it can write the inputs of every split as they are, else float64."""
    return np.float32 if all(map(_is_exact_in_float32, inputs)) else np.float64


def _is_exact_in_float32(x: npt.NDArray[Any]) -> bool:
    if x.dtype.kind == "f":
        return x.dtype.itemsize <= 4
    return not x.size or max(int(x.max()), -int(x.min())) <= LARGEST_EXACT


def _split(arrays: NamedArrays, name: str, labels: bool, inputs: npt.DTypeLike) -> Split:
    """Return a split as `Split` wants it; what cannot be right is left for `Data` to refuse."""
    x, y = arrays[f"x_{name}"], arrays[f"y_{name}"]
    x = x.reshape(len(x), math.prod(x.shape[1:]))
    if labels:
        y = y if y.dtype.kind == "f" else y.astype(np.intp)
    elif y.ndim == 1:
        y = y[:, np.newaxis]
    return Split(x.astype(inputs, copy=False), y, arrays.get(f"weights_{name}"))
